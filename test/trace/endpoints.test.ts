/**
 * Tracing to every service port gives kube-proxy's endpoints with equal shares, both from its recorded rules and from
 * manifests.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { lower } from '../../src/iptables/lower/lower.js';
import { asInstalled } from '../../src/iptables/lower/node.js';
import type { RuleSet } from '../../src/iptables/types.js';
import { parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpvsadm } from '../../src/ipvs/parse-ipvsadm.js';
import { families, normaliseAddress, type Family } from '../../src/net/address.js';
import type { Endpoint } from '../../src/proxy/endpoints.js';
import type { ServicePort } from '../../src/proxy/service-port.js';
import { proxyState, type ProxyState } from '../../src/proxy/state.js';
import { hostModel, type HostModel } from '../../src/walk/host.js';
import { outcomesOf, type Outcome } from '../../src/trace/outcome.js';
import { Tracer } from '../../src/trace/trace.js';
import { hasSharedData, sharedPath } from '../support/shared.js';
import { completedIn, dumpIn, hostFactsIn, packet } from './support/tracers.js';

const goldens = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => join('golden', name));
const recorded = hasSharedData
  ? readdirSync(sharedPath('conformance', 'kube-proxy-1.30', 'random')).map((name) =>
      sharedPath('conformance', 'kube-proxy-1.30', 'random', name),
    )
  : [];
const client: Record<Family, string> = { ipv4: '203.0.113.77', ipv6: '2001:db8:77::77' };

interface Entry {
  readonly to: string;
  readonly port: number;
  readonly endpoints: readonly Endpoint[];
}

/**
 * The addresses for outside clients: the cluster IP, and node ports if they are served on every address and no Service
 * has the node's address.
 */
function entriesOf(servicePort: ServicePort, state: ProxyState): Entry[] {
  const { cluster, local } = state.stateOf(servicePort);
  const own = state.options.host.nodeIPs.filter((text) => text.includes(':') === (state.family === 'ipv6'));
  const isFree =
    state.nodePortAddresses.matchesAll &&
    !state.servicePorts.some(({ externalIPs, loadBalancerVIPs }) =>
      [...externalIPs, ...loadBalancerVIPs].some((text) => own.includes(text)),
    );
  return [
    { to: servicePort.clusterIP, port: servicePort.port, endpoints: servicePort.internalPolicyLocal ? local : cluster },
    ...(servicePort.nodePort === 0 || !isFree
      ? []
      : own.slice(0, 1).map((to) => ({
          to,
          port: servicePort.nodePort,
          endpoints: servicePort.externalPolicyLocal ? local : cluster,
        }))),
  ];
}

function sharesOf(outcomes: readonly Outcome[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { verdict, destination, probability } of outcomes)
    if (verdict === 'ACCEPT') shares.set(destination, (shares.get(destination) ?? 0) + probability);
  return shares;
}

function hostPortOf({ address, port }: Endpoint): string {
  const text = normaliseAddress(address) ?? address;
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
}

/** What is wrong with the outcomes of a packet to that address; `''` if nothing is. */
function fault({ endpoints }: Entry, outcomes: readonly Outcome[]): string {
  const shares = sharesOf(outcomes);
  const expected = [...new Set(endpoints.map(hostPortOf))].sort();
  if ([...shares.keys()].sort().join() !== expected.join())
    return `went to ${[...shares.keys()].join(', ')} instead of ${expected.join(', ')}`;
  const uneven = [...shares.values()].filter((share) => Math.abs(share * expected.length - 1) > 1e-5);
  return uneven.length === 0 ? '' : `shares ${uneven.join(', ')}`;
}

/** What is wrong with the outcomes of packets through these rules to every service port. */
function faultsIn(state: ProxyState, ruleSet: RuleSet, host: HostModel): { asked: number; faults: string[] } {
  const tracer = new Tracer({ host, ruleSet });
  const from = client[state.family];
  const faults: string[] = [];
  let asked = 0;
  for (const servicePort of state.servicePorts) {
    for (const entry of entriesOf(servicePort, state)) {
      const { protocol } = servicePort;
      const outcomes = outcomesOf(
        tracer.walk(packet({ protocol, to: entry.to, port: entry.port, from, inInterface: 'eth0' }, host)),
      );
      const found = fault(entry, outcomes);
      asked++;
      if (found !== '') faults.push(`${servicePort.name} ${entry.to}:${entry.port}: ${found}`);
    }
  }
  return { asked, faults };
}

describe('tracing to every service port', () => {
  it('gives the chosen endpoints in equal shares, by recorded rules and by manifests', async () => {
    const wrong: string[] = [];
    const count = { recorded: 0, lowered: 0 };
    for (const directory of [...goldens, ...recorded]) {
      const { cluster, options } = await completedIn(directory);
      const host = hostModel(hostFactsIn(directory));
      for (const family of families) {
        const dump = dumpIn(directory, family);
        if (dump === undefined) continue;
        const state = proxyState(cluster, options, family);
        const ruleSets = { recorded: dump, lowered: asInstalled(lower(state)) };
        for (const source of ['recorded', 'lowered'] as const) {
          const { asked, faults } = faultsIn(state, ruleSets[source], host);
          wrong.push(...faults.map((one) => `${directory}, ${source} rules: ${one}`));
          count[source] += asked;
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count.recorded).toBeGreaterThan(40);
    expect(count.lowered).toBe(count.recorded);
  }, 120_000);
});

/** A node in IPVS mode, from all three of its dumps. */
function ipvsTracer(directory: string): {
  tracer: Tracer;
  host: HostModel;
  servers: ReturnType<typeof parseIpvsadm>['virtualServers'];
} {
  const read = (format: string) => ({
    name: format,
    text: readFileSync(join(directory, `ipvs.ipv4.${format}`), 'utf8'),
  });
  const { virtualServers: servers } = parseIpvsadm(read('ipvsadm'));
  const { sets } = parseIpset(read('ipset'));
  const ruleSet = parseDump(read('save'), { family: 'ipv4' }).dumps[0]?.ruleSet;
  if (ruleSet === undefined) throw new Error(`${directory}: no dump`);
  const host = hostModel(hostFactsIn(directory), {
    boundAddresses: read('addresses')
      .text.split('\n')
      .filter((line) => line !== ''),
  });
  return { tracer: new Tracer({ ruleSet, host, sets, virtualServers: servers }), host, servers };
}

describe('tracing through virtual servers', () => {
  it('gives the real servers of each, in equal shares', () => {
    const faults: string[] = [];
    let asked = 0;
    for (const directory of goldens) {
      const { tracer, host, servers } = ipvsTracer(directory);
      for (const { service, realServers } of servers) {
        if (service.kind !== 'address') continue;
        const outcomes = outcomesOf(
          tracer.walk(
            packet(
              {
                protocol: service.protocol,
                to: service.address,
                port: service.port,
                from: '10.244.1.250',
                inInterface: 'cni0',
              },
              host,
            ),
          ),
        );
        const wasFiltered = outcomes.every(({ verdict }) => verdict === 'DROP');
        const shares = sharesOf(outcomes);
        const even = [...shares.values()].every((share) => Math.abs(share * realServers.length - 1) < 1e-9);
        asked++;
        if (wasFiltered && directory.includes('lb-ranges')) continue;
        if (
          !even ||
          [...shares.keys()].sort().join() !==
            realServers
              .map(({ address, port }) => `${address}:${port}`)
              .sort()
              .join()
        ) {
          faults.push(`${directory} ${service.address}:${service.port}: ${[...shares].join(' ')}`);
        }
      }
    }
    expect(faults).toEqual([]);
    expect(asked).toBeGreaterThan(40);
  });

  it('refuses where there is no real server', () => {
    const { tracer, host } = ipvsTracer('golden/no-endpoints');
    const [outcome] = outcomesOf(
      tracer.walk(packet({ to: '10.96.0.50', from: '10.244.1.250', inInterface: 'cni0' }, host)),
    );
    expect(outcome?.verdict).toBe('REJECT');
  });

  it('masquerades a Pod that reaches itself', () => {
    const { tracer, host } = ipvsTracer('golden/etp-local-with-local');
    const outcomes = outcomesOf(
      tracer.walk(packet({ to: '10.96.0.50', from: '10.244.1.5', inInterface: 'cni0' }, host)),
    );
    expect(outcomes.filter(({ masqueraded }) => masqueraded).map(({ destination }) => destination)).toEqual([
      '10.244.1.5:8080',
    ]);
  });
});
