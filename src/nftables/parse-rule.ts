/** Parses rules: typed where understood; otherwise the text is kept. */
import type { StatementReader } from './parse-statement.js';
import { notUnderstood } from './tokens.js';
import type { Place, RawStatement, Rule, Statement } from './types.js';

/** Called with each text that was not understood and its place. */
export type RawListener = (text: string, at: Place) => void;

/**
 * The rule that begins here, up to its end. Never throws: a statement that is not understood and all after it, except
 * the rule's comment, become one raw statement.
 */
export function parseRule(reader: StatementReader, onRaw: RawListener): Rule {
  const { tokens } = reader;
  const { place } = tokens;
  const statements: Statement[] = [];
  let comment: string | undefined;
  while (!tokens.atEnd) {
    if (tokens.is('comment') && tokens.peekWord() === '') {
      tokens.next();
      if (tokens.at('string')) comment = tokens.takeString();
      continue;
    }
    const bookmark = tokens.mark();
    try {
      reader.startOver();
      statements.push(reader.statement());
    } catch (error) {
      if (error !== notUnderstood) throw error;
      tokens.reset(bookmark);
      const raw = takeRaw(reader);
      onRaw(raw.statement.text, raw.statement.place);
      statements.push(raw.statement);
      comment ??= raw.comment;
    }
  }
  const handle = takeHandle(reader);
  return {
    statements,
    ...(comment === undefined ? {} : { comment }),
    ...(handle === undefined ? {} : { handle }),
    place,
  };
}

/** The text up to the end of the rule; line breaks within braces become blanks. */
function takeRaw({ tokens }: StatementReader): { statement: RawStatement; comment?: string } {
  const { place, start } = tokens;
  let comment: string | undefined;
  const end = tokens.skipStatement(() => (comment = takeComment(tokens)) !== undefined);
  const text = tokens.source.slice(start, end).replace(/\s*\n\s*/g, ' ');
  return { statement: { kind: 'raw', text, place }, ...(comment === undefined ? {} : { comment }) };
}

/** `comment "…"` at the end of a rule. Undefined if there is none; the position is then unchanged. */
function takeComment(tokens: StatementReader['tokens']): string | undefined {
  if (!tokens.is('comment') || tokens.peekWord() !== '') return undefined;
  const bookmark = tokens.mark();
  tokens.next();
  if (tokens.at('string')) {
    const { text } = tokens;
    tokens.next();
    if (tokens.atEnd) return text;
  }
  tokens.reset(bookmark);
  return undefined;
}

/** The number of `# handle 5`, if that remark is between the last token and this one. */
export function takeHandle({ tokens }: Pick<StatementReader, 'tokens'>): number | undefined {
  const number = /^# handle (\d{1,15})\s*$/.exec(tokens.remark)?.[1];
  return number === undefined ? undefined : Number(number);
}
