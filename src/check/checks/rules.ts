import { absentProxy } from '../../explain/rules/absent-proxy.js';
import { ebpfCommand } from '../../explain/rules/ebpf.js';
import { ebpfOf, partNotes } from '../part-of-dump.js';
import { result } from '../result.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';

const name = { id: 'rules', title: 'kube-proxy has rules for it' };

/** Whether a node's rules contain the Service. For dumps only: rules generated from manifests always do. */
export function rules(subject: Subject): CheckResult | undefined {
  const { isDump, service, isHeadless, traffic, explanation } = subject;
  if (!isDump || isHeadless || service?.type === 'ExternalName') return undefined;
  const ebpf = ebpfOf(subject);
  if (ebpf.length > 0) return result(name, 'unknown', ebpf, ebpfCommand);
  if (traffic.length > 0) {
    const drift = (explanation?.ports ?? []).flatMap(({ reasons }) =>
      reasons.filter(({ message }) => message.startsWith('the rules send to') || message.startsWith('the rules lack')),
    );
    return drift.length === 0
      ? result(name, 'ok', [`they lead to ${traffic.map((one) => one.name).join(', ')}`])
      : result(
          name,
          'failed',
          drift,
          'Check that kube-proxy on this node runs and reaches the API server: kubectl -n kube-system logs -l k8s-app=kube-proxy',
        );
  }
  const part = partNotes(subject);
  if (part.length > 0) return result(name, 'unknown', part);
  const absent = absentProxy(subject.knowledge.node.families);
  if (absent !== undefined) return result(name, absent.isServed ? 'unknown' : 'failed', [absent.message], absent.todo);
  return result(
    name,
    'failed',
    ['the dump has no rule for it, but the manifests do: kube-proxy on this node has not synced it'],
    'Check that kube-proxy on this node runs and reaches the API server: kubectl -n kube-system logs -l k8s-app=kube-proxy',
  );
}
