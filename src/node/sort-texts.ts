import type { SourceText } from '../manifests/types.js';
import { dumpFormats } from '../pipeline/modes.js';
import type { DumpFormat } from './mode.js';

/** Output of one program. */
export interface DumpText {
  readonly format: DumpFormat;
  readonly source: SourceText;
}

/** Texts by what they hold. */
export interface SortedTexts {
  readonly dumps: readonly DumpText[];
  /** The texts that dumps stood in, whole. */
  readonly dumpTexts: readonly SourceText[];
  /** What is no dump: manifests, mostly. */
  readonly others: readonly SourceText[];
}

/** Nobody writes more before a dump. */
const longestPreamble = 1_048_576;

/** Whether a text is a node's dump: the output of one program that a mode reads, or of several one after the other. */
export function isDumpText(text: string): boolean {
  const head = text.slice(0, longestPreamble);
  return dumpFormats.some((format) => format.recognises(head));
}

/** Tells dumps from other texts by their content; what several programs printed into one text is taken apart. */
export function sortTexts(texts: readonly SourceText[]): SortedTexts {
  const dumpTexts = texts.filter(({ text }) => isDumpText(text));
  return {
    dumps: dumpTexts.flatMap(separate),
    dumpTexts,
    others: texts.filter((text) => !dumpTexts.includes(text)),
  };
}

/** Lines keep their numbers: those of the other programs become empty. */
function separate(source: SourceText): DumpText[] {
  const formats = dumpFormats.filter((format) => format.recognises(source.text));
  const [only] = formats;
  if (only !== undefined && formats.length === 1) return [{ format: only, source }];
  const lines = source.text.split('\n');
  const owned = formats.map((format) => ({ format, own: format.ownLines?.(lines) }));
  const owners = lines.map((_, index) => owned.find(({ own }) => own?.[index] === true)?.format);
  return formats.map((format) => ({
    format,
    source: {
      ...source,
      text: lines.map((line, index) => (isFor(format, owners[index]) ? line : '')).join('\n'),
    },
  }));
}

/** A line that is nobody's for certain goes to the program that takes what others leave. */
function isFor(format: DumpFormat, owner: DumpFormat | undefined): boolean {
  return owner === format || (owner === undefined && format.ownLines === undefined);
}
