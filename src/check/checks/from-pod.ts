import { ebpfOf, openFor } from '../part-of-dump.js';
import { arrives, faultWords, reachedBy, sourceWords } from '../reach.js';
import { result } from '../result.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';
import { whyLocal } from '../local.js';

const name = { id: 'from-pod', title: 'A Pod reaches it' };

/** Connections from a Pod of the walked node to the cluster IP. */
export function fromPod(subject: Subject): CheckResult {
  if (subject.isHeadless) return result(name, 'ok', ['Pods connect to its Pods directly, without kube-proxy']);
  const pods = reachedBy(subject, ['podHere']);
  const all = (pods.length > 0 ? pods : reachedBy(subject, ['podElsewhere'])).filter(
    ({ kind }) => kind === 'clusterIP',
  );
  if (all.length === 0) return result(name, 'unknown', ['the inputs give no rules to follow']);
  const bad = all.filter((one) => !arrives(one));
  const lacking = bad.length > 0 || ebpfOf(subject).length > 0 ? openFor(subject, all) : [];
  if (lacking.length > 0) return result(name, 'unknown', lacking);
  if (bad.length > 0)
    return result(
      name,
      'failed',
      [...bad.map(faultWords), ...whyLocal(subject, 'internalTrafficPolicy')],
      bad.some(({ delivery }) => delivery.fate === 'untouched')
        ? "Connect to the Service's port, not to the Pods' port; see kubechains trace."
        : '',
    );
  const open = [...new Set(all.flatMap(({ delivery }) => delivery.undecided))];
  return result(name, 'ok', [
    `connections to ${[...new Set(all.map(({ label }) => label))].join(' and ')} arrive; ${sourceWords(all)}`,
    ...open.map((text) => `unless ${text}`),
  ]);
}
