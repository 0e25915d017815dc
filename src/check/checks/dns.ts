import { dnsRecords } from '../../targets/dns.js';
import type { DnsRecord } from '../../targets/dns.js';
import { result } from '../result.js';
import { quoteForShell } from '../../diagnostics/shell.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';
import { firstOf } from '../../diagnostics/words.js';
import { namespaceOf } from '../../manifests/values.js';

const name = { id: 'dns', title: 'Its name resolves' };

/**
 * The answer of the cluster's DNS for its name, from the DNS specification; manifests and rules do not show DNS itself.
 */
export function dns(subject: Subject): CheckResult {
  const { service, namespace, name: own, knowledge } = subject;
  const cluster = knowledge.node.completed?.cluster;
  const full = `${own}.${namespace}.svc.${knowledge.clusterDomain}`;
  const look = `kubectl run dns-check --rm -it --restart=Never --image=busybox:1.36 -- nslookup ${quoteForShell(full)}.`;
  if (service === undefined || cluster === undefined)
    return result(name, 'unknown', [`rules do not show what DNS answers for ${full}`], look);
  const records = dnsRecords(service, cluster, knowledge.clusterDomain).filter((record) => record.name === full);
  if (records.length === 0)
    return result(
      name,
      'failed',
      [`${full} does not exist in DNS until an endpoint of this headless Service is ready`],
      'Make a Pod ready (see the checks below), or set publishNotReadyAddresses: true.',
    );
  const faults = knowledge.findings.filter(
    ({ rule, object }) =>
      rule === 'service/external-name-ip' && object?.name === own && namespaceOf(object) === namespace,
  );
  if (faults.length > 0)
    return result(
      name,
      'failed',
      faults.map(({ message }) => message.replace(/\.$/, '')),
      'Name a host, or use a Service without selector and an EndpointSlice for an address.',
    );
  return result(name, 'ok', [
    `${full} is ${records.map(answerOf).join(' and ')}`,
    `Pods of namespace ${namespace} may call it ${own}, others ${own}.${namespace}`,
  ]);
}

/** Without the dot at the end of full names: the sentence has its own. */
function answerOf({ type, values }: DnsRecord): string {
  const words = firstOf(values, 3, (value) => value.replace(/\.$/, ''));
  return type === 'CNAME' ? `an alias for ${words}` : words;
}
