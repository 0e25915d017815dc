import { formatVersion, newestVersion, oldestVersion, type KubernetesVersion } from '../cluster/version.js';
import type { NodeContent } from '../node/content.js';
import type { ModeLowering, ProxyMode } from '../node/mode.js';
import type { NodeModel } from '../node/types.js';
import type { Completed } from '../pipeline/complete.js';
import { proxyState } from '../proxy/state.js';

/** The rules of this many Services are enough to recognise a version. */
const mostServices = 40;

/**
 * The versions of kube-proxy, oldest first, that generate rules most similar to those of a node: with the fewest lines
 * that only one side has. Several if their rules are equal; empty if the node has no output of the mode. Lowers a few
 * Services once for each version, and prints the node's rules once.
 */
export async function shownVersions(
  completed: Completed,
  node: NodeModel,
  mode: ProxyMode,
): Promise<readonly KubernetesVersion[]> {
  const lowering = await mode.load();
  const own = node.families.map((family) => ({ family: family.family, lines: linesOf(lowering, mode, family) }));
  if (own.every(({ lines }) => lines.size === 0)) return [];
  const few = withFewServices(completed);
  let nearest: { readonly distance: number; readonly versions: KubernetesVersion[] } | undefined;
  for (const version of allVersions()) {
    const options = { ...few.options, version };
    if (lowering.refusal(options) !== undefined) continue;
    const distance = own.reduce((sum, { family, lines }) => {
      const content = lowering.lower(proxyState(few.cluster, options, family)).content();
      return sum + distanceOf(linesOf(lowering, mode, content), lines);
    }, 0);
    if (nearest === undefined || distance < nearest.distance) nearest = { distance, versions: [version] };
    else if (distance === nearest.distance) nearest.versions.push(version);
  }
  return nearest?.versions ?? [];
}

/** `1.27 to 1.30` */
export function versionsWords(versions: readonly KubernetesVersion[]): string {
  const [first, last] = [versions[0], versions.at(-1)];
  if (first === undefined || last === undefined) return '';
  return first.minor === last.minor ? formatVersion(first) : `${formatVersion(first)} to ${formatVersion(last)}`;
}

function* allVersions(): Generator<KubernetesVersion> {
  for (let { minor } = oldestVersion; minor <= newestVersion.minor; minor++) yield { minor };
}

/** The node's lines for Services left out here count equally for every version. */
function withFewServices(completed: Completed): Completed {
  const { cluster } = completed;
  return { ...completed, cluster: { ...cluster, services: cluster.services.slice(0, mostServices) } };
}

function linesOf(lowering: ModeLowering, { dumps }: ProxyMode, content: NodeContent): ReadonlySet<string> {
  const lines = new Set<string>();
  for (const { format } of dumps)
    for (const line of [...(lowering.printContent(format, content) ?? [])].join('').split('\n')) lines.add(line);
  return lines;
}

/**
 * The number of lines that only one of both has, minus the number of the node's lines, which is the same for all
 * versions.
 */
function distanceOf(lines: ReadonlySet<string>, node: ReadonlySet<string>): number {
  let distance = 0;
  for (const line of lines) distance += node.has(line) ? -1 : 1;
  return distance;
}
