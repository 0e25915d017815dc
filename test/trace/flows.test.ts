/** Compares what a kernel did with recorded packets with tracing, from the recorded dump and from manifests. */
import { readFileSync } from 'node:fs';
import { outcomesOf } from '../../src/trace/outcome.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { differences, type FlowCase } from './support/recorded-flows.js';
import { address, packet, tracerOfDump, tracerOfManifests } from './support/tracers.js';

/**
 * Recorded with addresses as text: for addresses not in the kernel's notation (`2001:DB8::A`), the recorder found no
 * accepted packets, although the kernel handles them equally.
 */
const files = [
  { file: 'iptables.json', family: 'ipv4', least: 1973 },
  { file: 'iptables-extra.json', family: 'ipv4', least: 3953 },
  { file: 'iptables-ipv6.json', family: 'ipv6', least: 13000 },
] as const;

describeWithSharedData('recorded flows', () => {
  const sources = { dump: tracerOfDump, manifests: tracerOfManifests };
  const all = files.flatMap((one) => (['dump', 'manifests'] as const).map((source) => ({ ...one, source })));

  it.each(all)(
    'of $file go where the kernel sent them, from $source',
    async ({ file, family, least, source }) => {
      const cases = JSON.parse(readFileSync(sharedPath('conformance', 'flows', file), 'utf8')) as FlowCase[];
      const wrong: string[] = [];
      let count = 0;
      for (const one of cases) {
        const { tracer, host } = await sources[source](sharedPath('conformance', 'kube-proxy-1.30', one.case), family);
        for (const flow of one.flows) {
          if ([flow.dst, flow.src ?? flow.dst].some((text) => address(text).text !== text)) continue;
          const name = `${one.case} ${flow.kind} ${flow.proto} ${flow.dst}:${flow.dport}`;
          const question = packet(
            {
              protocol: flow.proto === 'icmpv6' ? 'icmp' : flow.proto,
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
      expect(count).toBeGreaterThanOrEqual(least);
    },
    120_000,
  );
});
