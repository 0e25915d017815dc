/** Explain and trace compute destinations in different ways: in every golden scenario the results are equal. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { trafficOf } from '../../src/explain/explain-traffic.js';
import { viewFamilies, type FamilyView } from '../../src/explain/node.js';
import type { Client } from '../../src/explain/traffic/client.js';
import type { Delivery } from '../../src/explain/traffic/delivery.js';
import type { Knowledge } from '../../src/explain/types.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import { readAddress } from '../../src/walk/address.js';
import { hostModel, type HostModel } from '../../src/walk/host.js';
import { outcomesOf, type Outcome } from '../../src/trace/outcome.js';
import type { TraceProtocol } from '../../src/walk/packet.js';
import { Tracer } from '../../src/trace/trace.js';
import { fromManifests } from './support/knowledge.js';

const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large'))
  .map((entry) => entry.name);
const read = (scenario: string, file: string): string => readFileSync(join('golden', scenario, file), 'utf8');

async function knowledgeOf(scenario: string, mode: 'iptables' | 'ipvs' | 'nftables'): Promise<Knowledge> {
  return fromManifests(read(scenario, 'objects.json'), {
    mode,
    kubeVersion: { minor: 30 },
    configuration: parseManifests([{ name: 'kube-proxy.yaml', text: read(scenario, 'kube-proxy.yaml') }]),
    host: JSON.parse(read(scenario, 'host.json')) as Json,
  });
}

function trace(
  { family }: FamilyView,
  tracer: Tracer,
  model: HostModel,
  client: Client,
  protocol: string,
  to: string,
  port: number,
): Outcome[] {
  const [source, destination] = [readAddress(client.address ?? ''), readAddress(to)];
  if (source === undefined || destination === undefined) throw new Error('no addresses');
  return outcomesOf(
    tracer.walk({
      family,
      protocol: protocol as TraceProtocol,
      destination,
      destinationPort: port,
      ...(client.kind === 'node'
        ? { source: model.sourceFor(destination) ?? source }
        : { source, inInterface: client.interface ?? 'eth0' }),
    }),
  );
}

/** The difference in words; undefined if there is none. */
function difference(
  delivery: Delivery,
  outcomes: readonly Outcome[],
  to: string,
  port: number,
  hasAffinity: boolean,
): string | undefined {
  const rewritten = outcomes.filter(
    ({ verdict, destination }) =>
      verdict === 'ACCEPT' && destination !== `${to.includes(':') ? `[${to}]` : to}:${port}`,
  );
  const shares = new Map<string, number>();
  for (const { destination, probability } of rewritten)
    shares.set(destination, (shares.get(destination) ?? 0) + probability);
  const said = delivery.endpoints
    .map(({ endpoint, share }) => `${endpoint} ${hasAffinity ? '' : share.toFixed(6)}`)
    .sort()
    .join(', ');
  const traced = [...shares]
    .map(([endpoint, share]) => `${endpoint} ${hasAffinity ? '' : share.toFixed(6)}`)
    .sort()
    .join(', ');
  if (said !== traced)
    return `explain: ${delivery.fate} ${said}; trace: ${traced || outcomes.map(({ verdict }) => verdict).join(' ')}`;
  const blocked = { dropped: 'DROP', refused: 'REJECT' }[delivery.fate as string];
  if (blocked !== undefined && !outcomes.every(({ verdict }) => verdict === blocked))
    return `explain: ${delivery.fate}; trace: ${outcomes.map(({ verdict }) => verdict).join(' ')}`;
  const masqueraded = new Set(rewritten.map((outcome) => outcome.masqueraded));
  const source = masqueraded.size === 2 ? 'mixed' : masqueraded.has(true) ? 'node' : 'client';
  return rewritten.length > 0 && source !== delivery.source
    ? `explain: source ${delivery.source}; trace: ${source}`
    : undefined;
}

function differences(view: FamilyView): string[] {
  const {
    rules: { state, ruleSet, sets, virtualServers, nftables },
    places,
  } = view;
  const boundAddresses = virtualServers.flatMap(({ service }) => (service.kind === 'address' ? [service.address] : []));
  const model = hostModel(state?.options.host, { boundAddresses });
  const tracer = new Tracer({
    ruleSet,
    host: model,
    sets,
    virtualServers,
    ...(nftables === undefined ? {} : { nftables }),
  });
  return view.found.flatMap((found) =>
    trafficOf(view, found).flatMap(({ address, label, deliveries }) =>
      deliveries.flatMap(({ client, delivery }) => {
        const to =
          address.address !== ''
            ? address.address
            : view.reach?.all === false
              ? view.reach.addresses.find((one) => !one.startsWith('127.'))
              : places.nodeAddress;
        if (to === undefined) return [];
        const hasAffinity =
          state?.servicePorts.some(
            ({ name, affinitySeconds }) => name === found.name?.text && affinitySeconds !== undefined,
          ) === true;
        const wrong = difference(
          delivery,
          trace(view, tracer, model, client, found.protocol, to, address.port),
          to,
          address.port,
          hasAffinity,
        );
        return wrong === undefined ? [] : [`${found.name?.text ?? ''} ${client.kind} to ${label}: ${wrong}`];
      }),
    ),
  );
}

describe.each(['iptables', 'ipvs', 'nftables'] as const)('explain says what trace finds, in mode %s', (mode) => {
  it.each(scenarios)('%s', async (scenario) => {
    const knowledge = await knowledgeOf(scenario, mode);
    expect(viewFamilies(knowledge).flatMap((view) => differences(view))).toEqual([]);
  });
});
