import type { ExplainedPort } from '../../explain/types.js';
import { absentProxy } from '../../explain/rules/absent-proxy.js';
import { missingChainNotes } from '../part-of-dump.js';
import { reachedBy } from '../reach.js';
import { result } from '../result.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';
import { count, someOf } from '../../diagnostics/words.js';

const name = { id: 'endpoints', title: 'It has endpoints' };

/** Whether there are endpoints. */
export function endpoints(subject: Subject): CheckResult {
  const { explanation, isHeadless, slices, namespace, name: own } = subject;
  const look = `kubectl get endpointslices -n ${namespace} -l kubernetes.io/service-name=${own}`;
  if (isHeadless) return headless(subject, look);
  const ports = explanation?.ports ?? [];
  const absent = absentProxy(subject.knowledge.node.families);
  if (ports.length === 0)
    return result(
      name,
      absent?.isServed === true ? 'unknown' : 'failed',
      explanation?.reasons.length ? explanation.reasons : ['no rule is for this Service'],
      look,
    );
  const empty = ports.filter((port) => usable(port).length === 0);
  if (empty.length > 0) {
    const missing = empty.every((port) => port.reasons.length === 0) ? missingChainNotes(subject) : [];
    if (missing.length > 0) return result(name, 'unknown', missing, look);
    const reasons = empty.flatMap((port) =>
      port.reasons.length > 0 ? port.reasons : [{ message: `${port.name} has no ready endpoint` }],
    );
    return result(name, 'failed', [...new Map(reasons.map((one) => [one.message, one])).values()].slice(0, 5), look);
  }
  const unreachable = (explanation?.findings ?? []).filter(({ rule }) => rule === 'endpoints/virtual-address');
  if (unreachable.length > 0) return result(name, 'failed', unreachable, look);
  const nobody = [...new Set(reachedBy(subject, everyClient).flatMap((one) => one.nobody ?? []))];
  if (nobody.length > 0) return result(name, 'failed', nobody.slice(0, 5), look);
  const isPlanned = slices.length > 0 && slices.every(({ object }) => !recordedKinds.has(object?.kind ?? ''));
  return result(
    name,
    'ok',
    ports.map((port) => portWords(port, isPlanned)),
  );
}

const everyClient = ['podHere', 'podElsewhere', 'node', 'outside', 'outsideAdmitted'] as const;

/** The kinds from which endpoints of a running cluster are read, as opposed to planned. */
const recordedKinds: ReadonlySet<string> = new Set(['EndpointSlice', 'Endpoints', 'Pod']);

function usable({ endpoints: all }: ExplainedPort): ExplainedPort['endpoints'] {
  return all.filter(
    ({ state, share, shareFromOutside }) =>
      share > 0 || shareFromOutside > 0 || (state.includes('ready') && !state.includes('not ready')),
  );
}

function portWords(port: ExplainedPort, isPlanned: boolean): string {
  const all = usable(port).map(({ endpoint }) => endpoint);
  const label = port.port === '' ? '' : ` (${port.port})`;
  return `port ${port.number}${label}${port.family === 'ipv6' ? ' (IPv6)' : ''} has ${count(all.length, isPlanned ? 'planned endpoint' : 'endpoint')}: ${someOf(all, 3)}`;
}

function headless({ slices, explanation, service }: Subject, look: string): CheckResult {
  const ready = slices.flatMap((slice) => slice.endpoints.filter((one) => one.ready).flatMap((one) => one.addresses));
  if (ready.length > 0)
    return result(name, 'ok', [`DNS answers with ${count(ready.length, 'address', 'addresses')}: ${someOf(ready, 3)}`]);
  const reasons = explanation?.reasons ?? [];
  return result(name, 'failed', reasons.length > 0 ? reasons : [`no Pod of ${service?.name ?? 'it'} is ready`], look);
}
