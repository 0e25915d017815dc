/**
 * What a kernel did with recorded packets, against what tracing says, from the recorded dump and from manifests alike.
 */
import { readFileSync } from 'node:fs';
import { outcomesOf, type Outcome } from '../../src/trace/outcome.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { packet, tracerOfDump, tracerOfManifests } from './support/tracers.js';

interface Flow {
  readonly kind: string;
  readonly src: string | null;
  readonly inInterface: string | null;
  readonly dst: string;
  readonly proto: 'tcp' | 'udp';
  readonly dport: number;
  readonly outcomes: readonly {
    readonly destination: string;
    readonly masqueraded: boolean | null;
    readonly count: number;
  }[];
  readonly blocked: number;
}
interface FlowCase {
  readonly case: string;
  readonly affinity: boolean;
  readonly flows: readonly Flow[];
}

/**
 * Two of the recorded flows say what was seen, not what became of the packet. One is seen as sent because its
 * connection was noted before INPUT dropped it; of the other kind (datagrams to a closed port) all were refused, but
 * only so many refusals are sent.
 */
const seenOtherwise = new Set([
  'random/case-0093 local udp 127.0.0.1:30022',
  'random/case-0093 external udp 10.244.1.1:32363',
]);

function differences({ affinity }: FlowCase, flow: Flow, outcomes: readonly Outcome[]): string[] {
  const passed = outcomes.filter(({ verdict }) => verdict === 'ACCEPT');
  const sent = flow.blocked + flow.outcomes.reduce((sum, { count }) => sum + count, 0);
  const share = (destination: string): number =>
    passed.filter((one) => one.destination === destination).reduce((sum, { probability }) => sum + probability, 0);
  const unforeseen = flow.outcomes.filter(
    (seen) =>
      !passed.some(
        (one) =>
          one.destination === seen.destination && (seen.masqueraded === null || one.masqueraded === seen.masqueraded),
      ),
  );
  const unseen = affinity
    ? []
    : passed.filter(
        ({ destination }) =>
          (1 - share(destination)) ** sent < 1e-4 && !flow.outcomes.some((seen) => seen.destination === destination),
      );
  const blocked = outcomes
    .filter(({ verdict }) => verdict !== 'ACCEPT')
    .reduce((sum, { probability }) => sum + probability, 0);
  return [
    ...unforeseen.map(({ destination }) => `the kernel sent it to ${destination}`),
    ...unseen.map(({ destination }) => `the kernel never sent it to ${destination}`),
    ...(flow.blocked === 0 && !affinity && blocked > 1e-3 ? ['the kernel let all pass'] : []),
    ...(flow.blocked === sent && passed.length > 0 ? ['the kernel let none pass'] : []),
  ];
}

describeWithSharedData('recorded flows', () => {
  const cases = JSON.parse(readFileSync(sharedPath('conformance', 'flows.json'), 'utf8')) as FlowCase[];
  const sources = { dump: tracerOfDump, manifests: tracerOfManifests };

  it.each(['dump', 'manifests'] as const)(
    'go where the kernel sent them, from %s',
    async (source) => {
      const wrong: string[] = [];
      let count = 0;
      for (const one of cases) {
        const { tracer, host } = await sources[source](sharedPath('conformance', 'kube-proxy-1.30', one.case));
        for (const flow of one.flows) {
          const name = `${one.case} ${flow.kind} ${flow.proto} ${flow.dst}:${flow.dport}`;
          if (seenOtherwise.has(name)) continue;
          const question = packet(
            {
              protocol: flow.proto,
              to: flow.dst,
              port: flow.dport,
              from: flow.inInterface === null ? undefined : (flow.src ?? undefined),
              inInterface: flow.inInterface ?? undefined,
            },
            host,
          );
          count++;
          wrong.push(
            ...differences(one, flow, outcomesOf(tracer.walk(question))).map((difference) => `${name}: ${difference}`),
          );
        }
      }
      expect(wrong).toEqual([]);
      expect(count).toBeGreaterThan(1900);
    },
    120_000,
  );
});
