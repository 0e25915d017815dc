import { withoutByteOrderMark } from '../diagnostics/byte-order-mark.js';
import type { SourceText } from '../manifests/types.js';
import { dumpFormats } from '../pipeline/modes.js';
import type { DumpFormat } from './mode.js';

/** Output of one program. */
export interface DumpText {
  readonly format: DumpFormat;
  readonly source: SourceText;
}

/** Texts by content. */
export interface SortedTexts {
  readonly dumps: readonly DumpText[];
  /** The complete texts that contain dumps. */
  readonly dumpTexts: readonly SourceText[];
  /** Texts that are not dumps: mostly manifests. */
  readonly others: readonly SourceText[];
}

/** How much text may precede a dump. */
const longestPreamble = 1_048_576;

/** Whether a text is a node's dump: the output of one program that a mode reads, or of several in sequence. */
export function isDumpText(text: string): boolean {
  const head = withoutByteOrderMark(text.slice(0, longestPreamble));
  return dumpFormats.some((format) => format.recognises(head));
}

/** Separates dumps from other texts by content; the combined output of several programs is split. */
export function sortTexts(texts: readonly SourceText[]): SortedTexts {
  const dumpTexts = texts.filter(({ text }) => isDumpText(text));
  const dumps = new Set(dumpTexts);
  return {
    dumps: dumpTexts.map((one) => ({ ...one, text: withoutByteOrderMark(one.text) })).flatMap(separate),
    dumpTexts,
    others: texts.filter((text) => !dumps.has(text)),
  };
}

/** Keeps line numbers: the lines of other programs become empty. */
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

/** A line without a certain owner goes to the program that takes unclaimed lines. */
function isFor(format: DumpFormat, owner: DumpFormat | undefined): boolean {
  return owner === format || (owner === undefined && format.ownLines === undefined);
}
