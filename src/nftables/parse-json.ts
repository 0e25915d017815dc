/** Converts the output of `nft -j list ruleset` and `nft -j list table` to tables. */
import { withoutByteOrderMark } from '../diagnostics/byte-order-mark.js';
import { append } from '../diagnostics/extremes.js';
import type { Finding } from '../diagnostics/finding.js';
import { elementsText, expressionText, quotedText, statementText, wordText } from './json-text.js';
import { parseRuleset, type NftablesSource, type ParsedRuleset } from './parse.js';
import { notUnderstood } from './tokens.js';
import type { Rule, Table } from './types.js';
import { isObject } from '../manifests/values.js';
import { entryOf } from '../diagnostics/groups.js';

type Fields = Readonly<Record<string, unknown>>;

/** The parts of one table, in the order of nft's list. */
interface Gathered {
  readonly head: string;
  readonly sets: string[];
  readonly chains: Map<string, string[]>;
}

/**
 * Reads JSON output of nft. It is first converted to the notation of nft's lists, then parsed; constants are written as
 * in JSON (`16384` where a list has `0x00004000`). Never throws; problems are in the findings.
 */
export function parseRulesetJson(source: NftablesSource): ParsedRuleset {
  const reader = new JsonReader(source.name);
  let document: unknown;
  try {
    document = JSON.parse(withoutByteOrderMark(source.text));
  } catch (error) {
    reader.find('error', `this is not JSON: ${error instanceof Error ? error.message.slice(0, 120) : ''}`);
    return { tables: [], findings: reader.findings };
  }
  const objects = isObject(document) && Array.isArray(document.nftables) ? document.nftables : [];
  for (const object of objects) reader.add(object);
  const { tables, findings } = parseRuleset({ name: source.name, text: reader.text });
  for (const { message } of findings) reader.find('warning', message);
  return { tables: tables.map(withoutPlaces), findings: reader.findings };
}

function withoutPlace(rule: Rule): Rule {
  const { ...copy }: { -readonly [Field in keyof Rule]: Rule[Field] } = rule;
  delete copy.place;
  return copy;
}

/** Places in the converted text are none in the input. */
function withoutPlaces(table: Table): Table {
  const parts = table.parts.map((part) =>
    part.kind === 'chain' ? { ...part, rules: part.rules.map(withoutPlace) } : part,
  );
  return { ...table, parts };
}

class JsonReader {
  readonly findings: Finding[] = [];
  private readonly tables = new Map<string, Gathered>();

  constructor(private readonly name: string) {}

  add(object: unknown): void {
    if (!isObject(object)) return;
    for (const [kind, value] of Object.entries(object)) {
      if (!isObject(value)) continue;
      try {
        this.addObject(kind, value);
      } catch (error) {
        if (error !== notUnderstood) throw error;
        this.find('warning', `an object of kind ${JSON.stringify(kind.slice(0, 40))} is not supported and is left out`);
      }
    }
  }

  /** All tables, nearly as nft would list them. */
  get text(): string {
    let text = '';
    for (const { head, sets, chains } of this.tables.values())
      text += `${head} {\n${sets.join('')}${Array.from(chains.values(), (lines) => `${lines.join('\n')}\n\t}\n`).join('')}}\n`;
    return text;
  }

  /** One finding at the top of the text, because JSON output is one line. */
  find(severity: Finding['severity'], message: string): void {
    if (this.findings.length >= 1000) return;
    const start = { line: 1, column: 1 };
    this.findings.push({ rule: 'nft/json', severity, message, file: this.name, range: { start, end: start } });
  }

  private addObject(kind: string, value: Fields): void {
    switch (kind) {
      case 'table': {
        const { sets } = this.table(value.family, value.name);
        if (value.comment !== undefined) sets.unshift(`\tcomment ${quotedText(value.comment)}\n`);
        return;
      }
      case 'set':
      case 'map':
      case 'meter':
        this.table(value.family, value.table).sets.push(setText(kind, value));
        return;
      case 'chain':
        append(this.chain(value, value.name), baseLines(value));
        return;
      case 'rule':
        this.chain(value, value.chain).push(this.ruleLine(value));
        return;
      case 'metainfo':
      case 'element':
        return;
      default:
        throw notUnderstood;
    }
  }

  private table(family: unknown, name: unknown): Gathered {
    const head = `table ${wordText(family)} ${wordText(name)}`;
    return entryOf(this.tables, head, () => ({ head, sets: [], chains: new Map<string, string[]>() }));
  }

  private chain({ family, table }: Fields, name: unknown): string[] {
    const { chains } = this.table(family, table);
    const text = wordText(name);
    return entryOf(chains, text, () => [`\tchain ${text} {`]);
  }

  /** Parts of a rule that are not understood remain in it as JSON, so that the rule counts as unknown. */
  private ruleLine({ expr, comment }: Fields): string {
    const statements = (Array.isArray(expr) ? expr : []).map((statement: unknown) => {
      try {
        return statementText(statement);
      } catch (error) {
        if (error !== notUnderstood) throw error;
        return `json ${JSON.stringify(JSON.stringify(statement))
          .replace(/["\\{}();\n]/g, '')
          .slice(0, 200)}`;
      }
    });
    return `\t\t${statements.join(' ')}${comment === undefined ? '' : ` comment ${quotedText(comment)}`}`;
  }
}

function baseLines({ type, hook, prio, policy, comment }: Fields): string[] {
  const lines = comment === undefined ? [] : [`\t\tcomment ${quotedText(comment)}`];
  if (type === undefined || hook === undefined) return lines;
  const otherwise = policy === undefined ? '' : ` policy ${wordText(policy)};`;
  return [...lines, `\t\ttype ${wordText(type)} hook ${wordText(hook)} priority ${wordText(prio)};${otherwise}`];
}

function setText(kind: string, { name, type, map, flags, timeout, size, comment, elem }: Fields): string {
  const lines = [
    `\t${kind} ${wordText(name)} {`,
    `\t\t${typeText(type)}${map === undefined ? '' : ` : ${namesText(map)}`}`,
  ];
  if (typeof size === 'number') lines.push(`\t\tsize ${size}`);
  if (flags !== undefined) lines.push(`\t\tflags ${[flags].flat().map(wordText).sort().join(',')}`);
  if (typeof timeout === 'number') lines.push(`\t\ttimeout ${timeout}s`);
  if (comment !== undefined) lines.push(`\t\tcomment ${quotedText(comment)}`);
  if (elem !== undefined) lines.push(`\t\telements = ${elementsText(elem)}`);
  return `${lines.join('\n')}\n\t}\n`;
}

function typeText(type: unknown): string {
  return isObject(type) ? `typeof ${expressionText(type.typeof ?? type)}` : `type ${namesText(type)}`;
}

function namesText(type: unknown): string {
  return isObject(type) ? expressionText(type.typeof ?? type) : [type].flat().map(wordText).join(' . ');
}
