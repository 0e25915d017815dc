/**
 * Packets in a kernel with IPVS have the outcome that tracing predicts: which real server, interface and source
 * address, or rejected, or dropped.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasSharedData } from '../support/shared.js';
import { describeUnless } from '../kernel/network.js';
import { packet } from '../trace/support/tracers.js';
import { fateForeseen, fatesSeen, type Fate } from './fates.js';
import { prepareMachine } from './guest.js';
import { tracedNodes, type Flow, type TracedNode } from './traced-nodes.js';

const machine = prepareMachine();

function jobFiles(nodes: readonly TracedNode[]): Map<string, string> {
  const guest = (name: string): string => readFileSync(join('test/ipvs-kernel/guest', name), 'utf8');
  const files = nodes.flatMap((node, index) =>
    [...node.files].map(([name, text]): [string, string] => [`nodes/${index}/${name}`, text]),
  );
  return new Map([['run.sh', guest('trace.sh')], ['packets.pl', guest('packets.pl')], ...files]);
}

/** A flow with the outcomes of its packets; packets of the node itself without a report were dropped. */
interface Seen {
  readonly name: string;
  readonly flow: Flow;
  readonly fates: readonly Fate[];
}

function allSeen(nodes: readonly TracedNode[], results: ReadonlyMap<string, string>): Seen[] {
  return nodes.flatMap(({ cases }, index) =>
    cases.flatMap(({ name, flows }) => {
      const fates = fatesSeen(results.get(`nodes/${index}/cases/${name}/seen`) ?? '');
      return flows.map((flow) => ({
        name,
        flow,
        fates: flow.ports.map((port) => fates.get(port) ?? (flow.probe.inInterface === '' ? 'dropped' : 'never sent')),
      }));
    }),
  );
}

/**
 * The differences in words. Every outcome must be predicted, and with round robin, every predicted outcome must occur.
 */
function differences({ name, flow: { probe, tracer, host, ports, server }, fates }: Seen): string[] {
  const { source, inInterface, protocol, to, port } = probe;
  const asked = packet(
    {
      protocol,
      to,
      port,
      from: source,
      fromPort: ports[0] ?? 0,
      inInterface: inInterface === '' ? undefined : inInterface,
    },
    host,
  );
  const foreseen = new Set(tracer.walk(asked).map(fateForeseen));
  const takesTurns =
    server?.scheduler === 'rr' && server.persistence === undefined && server.realServers.length <= ports.length;
  const isRight =
    fates.every((fate) => foreseen.has(fate)) && (!takesTurns || [...foreseen].every((fate) => fates.includes(fate)));
  const where = `${name}: ${source ?? 'the node'} ${inInterface} -> ${protocol} ${to}:${port}`;
  return isRight
    ? []
    : [`${where}: the kernel: ${[...new Set(fates)].join(', ')}; tracing: ${[...foreseen].join(', ')}`];
}

/** The number of packets by kind of outcome; `masqueraded` ones are among those that left. */
function countsOf(seen: readonly Seen[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const count = (kind: string): void => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  for (const {
    flow: { probe, server },
    fates,
  } of seen) {
    for (const [kind = '', , source] of fates.map((fate) => fate.split(' '))) {
      count(kind);
      if (kind === 'left' && probe.source !== undefined && source !== probe.source) count('masqueraded');
      if (kind === 'reached' && server !== undefined) count('served here');
    }
  }
  return counts;
}

describeUnless(typeof machine === 'string' ? machine : undefined, 'tracing against a kernel with IPVS', () => {
  let nodes: TracedNode[] = [];
  let results = new Map<string, string>();
  let seen: Seen[] = [];

  beforeAll(async () => {
    nodes = await tracedNodes();
    if (typeof machine !== 'string') results = machine.run(jobFiles(nodes));
    seen = allSeen(nodes, results);
  });

  it('complains of nothing', () => {
    expect([...results].filter(([name, text]) => name.endsWith('errors') && text !== '')).toEqual([]);
  });

  it('foresees where every packet goes', () => {
    expect(seen.flatMap(differences)).toEqual([]);
  });

  it('was tried with packets of every fate', () => {
    const counts = countsOf(seen);
    process.stderr.write(
      `${seen.length} flows over ${nodes.flatMap(({ cases }) => cases).length} scenarios: ${JSON.stringify(counts)}\n`,
    );
    expect(nodes.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(hasSharedData ? 55 : 45);
    expect(seen.length).toBeGreaterThanOrEqual(hasSharedData ? 8000 : 2000);
    const fewest = { left: 600, masqueraded: 150, reached: 700, 'served here': 80, refused: 700, dropped: 200 };
    expect(Object.entries(fewest).filter(([kind, least]) => (counts[kind] ?? 0) < least)).toEqual([]);
  });
});
