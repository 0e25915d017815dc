import type { CheckReport } from './types.js';

/** One line: whether the Service should answer, and which checks are unknown. */
export function reportSummary({ service, checks, failed, unknown, node, mode, source }: CheckReport): string {
  const where = node === '' ? '' : ` on node ${node}`;
  const how = source === 'dump' ? `by the rules of a dump${where}` : `as kube-proxy would serve it${where} (${mode})`;
  const unseen = unknown === 0 ? '' : `, ${unknown} cannot be decided from these inputs`;
  return failed > 0
    ? `Service ${service}: ${failed} of ${checks.length} checks failed${unseen}; ${how}.`
    : `Service ${service}: none of ${checks.length} checks failed${unseen}; ${how}.`;
}
