import { formatVersion } from '../cluster/version.js';
import type { Family } from '../net/address.js';
import type { ProxyMode } from '../proxy/mode.js';
import { proxyState } from '../proxy/state.js';
import type { Completed } from './complete.js';

/** One family's texts, by format. */
export interface Generated {
  readonly family: Family;
  readonly texts: ReadonlyMap<string, string>;
}

export interface GenerateResult {
  readonly generated: readonly Generated[];
  /** What a user should know beside the rules, a sentence each. */
  readonly notes: readonly string[];
  /** Why kube-proxy would not start with this configuration; then nothing is generated. */
  readonly refusal?: string;
}

/** Lowers a completed cluster to one mode and prints it in the formats asked for. */
export function generateRules(completed: Completed, mode: ProxyMode, formats: readonly string[], header = false): GenerateResult {
  const notes = new Set(completed.notes);
  const generated: Generated[] = [];
  for (const family of completed.families) {
    const state = proxyState(completed.cluster, completed.options, family);
    const refusal = mode.refusal(state);
    if (refusal !== undefined) return { generated: [], notes: [], refusal };
    mode.notes(state).forEach((note) => notes.add(note));
    const lowered = mode.lower(state);
    const first = header ? headerLine(completed, mode, family) : '';
    const print = (format: string): string => format === 'json'
      ? printJson(completed, mode, family, lowered.toJson()) : first + lowered.print(format);
    generated.push({ family, texts: new Map(formats.map((format) => [format, print(format)])) });
  }
  return { generated, notes: [...notes] };
}

function headerLine({ options }: Completed, mode: ProxyMode, family: Family): string {
  return `# kubechains: ${mode.name} mode, ${family}, kube-proxy ${formatVersion(options.version)}, node ${JSON.stringify(options.nodeName)}\n`;
}

function printJson({ cluster, options }: Completed, mode: ProxyMode, family: Family, state: unknown): string {
  const { madeUp } = cluster;
  return `${JSON.stringify({ mode: mode.name, family, kubeVersion: formatVersion(options.version), node: options.nodeName, madeUp, state }, null, 1)}\n`;
}
