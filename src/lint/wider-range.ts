import type { Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';
import type { ClusterFacts } from './context.js';
import { folderOf } from './model/folders.js';
import { nodePortRange } from './rules/api/node-port-range.js';
import { foundFiles } from './infos.js';

/** How many different node ports outside the default range show that the cluster has another range. */
const many = 5;

/** How many show it if they are of applications in several folders. */
const several = 3;

/**
 * Says once that the cluster seems to have another range of node ports, if many Services in files found in directories
 * request ports outside the default range: the API server would have rejected the first. `facts`: a range that is given
 * is believed.
 */
export function withWiderRange(
  findings: readonly Finding[],
  sources: readonly SourceText[],
  { nodePortRange: { from, to } }: Pick<ClusterFacts, 'nodePortRange'>,
): readonly Finding[] {
  if (from !== 30000 || to !== 32767) return findings;
  const outside = findings.filter(({ rule, severity }) => rule === nodePortRange.id && severity === 'error');
  if (outside.length < several) return findings;
  const found = foundFiles(sources);
  const doubted = new Set(outside.filter(({ file }) => found.has(file)));
  const ports = new Set([...doubted].map(({ message }) => /\d+/.exec(message)?.[0]));
  const folders = new Set([...doubted].map(({ file }) => folderOf(file)));
  if (ports.size < (folders.size > 1 ? several : many)) return findings;
  const [first] = doubted;
  return findings.map((finding) =>
    !doubted.has(finding)
      ? finding
      : {
          ...finding,
          severity: finding === first ? 'warning' : 'info',
          message: `${finding.message} (${ports.size} different node ports here are outside: if the cluster has another range, set nodePortRange in kubechains.yaml.)`,
        },
  );
}
