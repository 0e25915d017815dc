import { append } from '../diagnostics/extremes.js';
import { formatVersion } from '../cluster/version.js';
import type { Family } from '../net/address.js';
import type { Json } from '../manifests/types.js';
import type { NodeContent } from '../node/content.js';
import { withPortmap } from '../portmap/on-node.js';
import type { PortmapAdd, PortmapVersion } from '../portmap/types.js';
import type { LoweredState, ModeLowering } from '../node/mode.js';
import { proxyState } from '../proxy/state.js';
import type { Completed } from './complete.js';

/** One family's rules, printed on demand. */
export interface Generated {
  readonly family: Family;
  readonly formats: readonly string[];
  /** The text in one of the formats, in pieces, so that output can have any size. */
  print(format: string): Iterable<string>;
  /** The texts, by format. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface GenerateResult {
  readonly generated: readonly Generated[];
  /** Notes for users about the rules, one sentence each. */
  readonly notes: readonly string[];
  /** Why a node would reject the generated rules, one sentence each. */
  readonly failures: readonly string[];
  /** Why kube-proxy would not start with this configuration; then nothing is generated. */
  readonly refusal?: string;
}

/** Pods with host ports; their rules are added to kube-proxy's. */
export interface HostPorts {
  readonly adds: readonly PortmapAdd[];
  readonly version: PortmapVersion;
}

/**
 * Lowers a completed cluster to one mode, ready to be printed in the requested formats. `hostPorts` are included in
 * formats that show a node's state, but not in those that show kube-proxy's input to a program.
 */
export function generateRules(
  completed: Completed,
  mode: ModeLowering,
  formats: readonly string[],
  header = false,
  hostPorts?: HostPorts,
): GenerateResult {
  const refusal = mode.refusal(completed.options);
  if (refusal !== undefined) return { generated: [], notes: [], failures: [], refusal };
  const notes = new Set(completed.notes);
  const failures: string[] = [];
  const generated: Generated[] = [];
  for (const family of completed.families) {
    const state = proxyState(completed.cluster, completed.options, family);
    mode.notes(state).forEach((note) => notes.add(note));
    append(failures, mode.failures?.(state) ?? []);
    const lowered = hostPorts === undefined ? mode.lower(state) : beside(mode, mode.lower(state), hostPorts);
    generated.push(new GeneratedFamily(family, formats, printer(completed, mode, family, lowered, header)));
  }
  return { generated, notes: [...notes], failures };
}

/** Adds the rules of host ports. */
function beside(mode: ModeLowering, lowered: LoweredState, { adds, version }: HostPorts): LoweredState {
  const content = (): NodeContent => withPortmap(lowered.content(), adds, version);
  return {
    content,
    print: (format) => mode.printContent(format, content()) ?? lowered.print(format),
    toJson: () => ({ kubeProxy: lowered.toJson(), hostPorts: adds }) as unknown as Json,
  };
}

class GeneratedFamily implements Generated {
  constructor(
    readonly family: Family,
    readonly formats: readonly string[],
    readonly print: Generated['print'],
  ) {}

  get texts(): ReadonlyMap<string, string> {
    return new Map(this.formats.map((format) => [format, [...this.print(format)].join('')]));
  }
}

function printer(
  completed: Completed,
  mode: ModeLowering,
  family: Family,
  lowered: LoweredState,
  header: boolean,
): Generated['print'] {
  return function* print(format) {
    if (format === 'json') yield printJson(completed, mode, family, lowered.toJson());
    else {
      if (header) yield headerLine(completed, mode, family);
      yield* lowered.print(format);
    }
  };
}

function headerLine({ options }: Completed, mode: ModeLowering, family: Family): string {
  return (
    `# kubechains: ${mode.name} mode, ${family}, kube-proxy ${formatVersion(options.version)}, ` +
    `node ${JSON.stringify(options.nodeName)}\n`
  );
}

function printJson({ cluster, options }: Completed, mode: ModeLowering, family: Family, state: unknown): string {
  const { madeUp } = cluster;
  const kubeVersion = formatVersion(options.version);
  const all = { mode: mode.name, family, kubeVersion, node: options.nodeName, madeUp, state };
  return `${JSON.stringify(all, null, 1)}\n`;
}
