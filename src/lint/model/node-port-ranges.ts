import type { SourceText } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { memoized } from '../../diagnostics/memoized.js';

type Range = LintContext['facts']['nodePortRange'];

const rangesOf = memoized(({ sources }: LintContext): readonly Range[] => sources.flatMap(rangesIn));

/**
 * Whether a node port is in the range of the cluster: that of the command line or the default, or one that the inputs
 * set for an API server.
 */
export function isInNodePortRange(context: LintContext, port: number): boolean {
  const holds = ({ from, to }: Range): boolean => port >= from && port <= to;
  return holds(context.facts.nodePortRange) || rangesOf(context).some(holds);
}

/**
 * The ranges that a text sets: `--service-node-port-range=80-32767` of an API server's command, the same without dashes
 * as an argument of kubeadm (a key, or a name with a value), k3s and Talos, `serviceNodePortRange` of kOps,
 * `service_node_port_range` of RKE.
 */
function rangesIn({ text }: SourceText): Range[] {
  if (!/node[-_]?port[-_]?range/i.test(text)) return [];
  return [...text.matchAll(setting)].map(([, from, to]) => ({ from: Number(from), to: Number(to) }));
}

const setting =
  /^[^#\n]*service[-_]?node[-_]?port[-_]?range["']?(?:[ \t]*[:=,]|\s+value:|(?=[ \t]))[ \t]*["']?(\d{1,5})-(\d{1,5})\b/gim;
