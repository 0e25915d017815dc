import { whyLocal } from '../local.js';
import { ebpfOf, openFor } from '../part-of-dump.js';
import { arrives, faultWords, reachedBy, sourceWords } from '../reach.js';
import { result } from '../result.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';

const name = { id: 'from-node', title: 'The node reaches it' };

/** Connections from a process of the node itself to the cluster IP. */
export function fromNode(subject: Subject): CheckResult {
  if (subject.isHeadless) return result(name, 'ok', ['the node connects to its Pods directly']);
  const all = reachedBy(subject, ['node']).filter(({ kind }) => kind === 'clusterIP');
  if (all.length === 0) return result(name, 'unknown', ['the inputs give no rules to follow']);
  const bad = all.filter((one) => !arrives(one));
  const lacking = bad.length > 0 || ebpfOf(subject).length > 0 ? openFor(subject, all) : [];
  if (lacking.length > 0) return result(name, 'unknown', lacking);
  return bad.length > 0
    ? result(name, 'failed', [...bad.map(faultWords), ...whyLocal(subject, 'internalTrafficPolicy')])
    : result(name, 'ok', [
        `connections to ${[...new Set(all.map(({ label }) => label))].join(' and ')} arrive; ${sourceWords(all)}`,
      ]);
}
