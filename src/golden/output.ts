/** One output that can be generated and stored: a mode's text for one family in one format. */
export interface Output {
  readonly mode: string;
  readonly family: string;
  readonly format: string;
}

/** Formats in which the order of lines is irrelevant: the kernel lists sets and tables in hash order. */
const setFormats: ReadonlySet<string> = new Set(['ipvsadm', 'ipset', 'addresses', 'ports', 'claims']);

/** Reads `MODE.FAMILY.FORMAT`; undefined for every other file name. */
export function parseOutput(file: string): Output | undefined {
  const [, mode, family, format] = /^([a-z0-9]+)\.(ipv4|ipv6)\.([a-z0-9]+)$/.exec(file) ?? [];
  return mode === undefined || family === undefined || format === undefined ? undefined : { mode, family, format };
}

/** `MODE.FAMILY.FORMAT`, the file names of `generate --output-dir`. */
export function outputName({ mode, family, format }: Output): string {
  return `${mode}.${family}.${format}`;
}

/** A text in the form used for comparison: with sorted lines if their order is irrelevant. */
export function comparable(text: string, { format }: Output): string {
  if (!setFormats.has(format)) return text;
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
  return lines.map((line) => `${line}\n`).join('');
}
