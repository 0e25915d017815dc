/** The data of the playground: texts with names, and the Kubernetes version they are for. */
import type { PageInputs } from '../../inputs.js';

export interface WorkText {
  readonly name: string;
  readonly text: string;
}

export interface Workspace {
  readonly texts: readonly WorkText[];
  /** `1.36`; `''`: the default. */
  readonly kubeVersion: string;
}

/** A workspace to begin with. */
export interface Example {
  readonly title: string;
  readonly texts: readonly WorkText[];
}

/** Limits of a workspace; for more, the command line is more suitable. */
export const limits = { files: 200, nameLength: 200, characters: 20_000_000 } as const;

/** The inputs of the page for a workspace. */
export function inputsOf({ texts, kubeVersion }: Workspace): PageInputs {
  const title = texts.length === 1 ? (texts[0]?.name ?? '') : commonFolder(texts) || `${texts.length} files`;
  return { title, texts, files: [], options: kubeVersion === '' ? {} : { kubeVersion } };
}

/** `examples/shop` if all texts are in it; otherwise `''`. */
function commonFolder(texts: readonly WorkText[]): string {
  const folders = new Set(texts.map(({ name }) => name.slice(0, Math.max(0, name.lastIndexOf('/')))));
  const [only = ''] = folders;
  return folders.size === 1 ? only : '';
}

/** A name that no text has yet: `web.yaml`, `web-2.yaml`. */
export function freeName(wanted: string, texts: readonly WorkText[]): string {
  const name = wanted.slice(0, limits.nameLength) || 'file';
  const isTaken = (one: string): boolean => texts.some((text) => text.name === one);
  if (!isTaken(name)) return name;
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 2; ; number++) if (!isTaken(`${stem}-${number}${ending}`)) return `${stem}-${number}${ending}`;
}

/** Reads a workspace from an untrusted value of any shape; undefined if it is not one or exceeds the limits. */
export function readWorkspace(value: unknown): Workspace | undefined {
  if (typeof value !== 'object' || value === null || !('texts' in value)) return undefined;
  const { texts } = value;
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > limits.files) return undefined;
  const read = texts.map(readText);
  const known = read.filter((one) => one !== undefined);
  const size = known.reduce((sum, { text }) => sum + text.length, 0);
  if (known.length < read.length || size > limits.characters) return undefined;
  if (new Set(known.map(({ name }) => name)).size < known.length) return undefined;
  const version = 'kubeVersion' in value && typeof value.kubeVersion === 'string' ? value.kubeVersion : '';
  return { texts: known, kubeVersion: /^1\.\d{1,3}$/.test(version) ? version : '' };
}

function readText(value: unknown): WorkText | undefined {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('text' in value)) return undefined;
  const { name, text } = value;
  if (typeof name !== 'string' || typeof text !== 'string') return undefined;
  return name === '' || name.length > limits.nameLength ? undefined : { name, text };
}
