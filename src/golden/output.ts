/** One thing that can be generated and kept: a mode's text of one family in one format. */
export interface Output {
  readonly mode: string;
  readonly family: string;
  readonly format: string;
}

/**
 * Formats in which the order of lines means nothing: sets and tables of the kernel come in the order of their hashes.
 */
const setFormats: ReadonlySet<string> = new Set(['ipvsadm', 'ipset', 'addresses', 'ports', 'claims']);

/** Reads `MODE.FAMILY.FORMAT`; undefined for every other file name. */
export function parseOutput(file: string): Output | undefined {
  const [, mode, family, format] = /^([a-z0-9]+)\.(ipv4|ipv6)\.([a-z0-9]+)$/.exec(file) ?? [];
  return mode === undefined || family === undefined || format === undefined ? undefined : { mode, family, format };
}

/** `MODE.FAMILY.FORMAT`, as `generate --output-dir` names files. */
export function outputName({ mode, family, format }: Output): string {
  return `${mode}.${family}.${format}`;
}

/** A text as it is compared: where order means nothing, its lines sorted. */
export function comparable(text: string, { format }: Output): string {
  if (!setFormats.has(format)) return text;
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
  return lines.map((line) => `${line}\n`).join('');
}
