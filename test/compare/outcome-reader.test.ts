import { FateBook } from '../../src/compare/fate.js';
import { OutcomeReader } from '../../src/compare/outcome-reader.js';
import { OutcomeBook } from '../../src/compare/outcomes.js';
import { ShareBook } from '../../src/compare/shares.js';
import { allQuestions, comparedSides } from '../../src/compare/sides.js';
import { endsOf, type Ends, type Region } from '../../src/walk/regions.js';
import type { WalkEnd } from '../../src/walk/types.js';
import { scenarioNode } from './support/pairs.js';

const names = { namespace: 'shop', name: 'web' };

/** One Service with a node port and so many endpoints. */
function objects(endpoints: number): string {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: names,
    spec: { type: 'NodePort', clusterIP: '10.96.0.10', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] },
  };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...names, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: Array.from({ length: endpoints }, (_, index) => ({
      addresses: [`10.244.${index >> 7}.${(index & 127) + 1}`],
      conditions: { ready: true },
    })),
  };
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [service, slice] });
}

async function regionsOf(endpoints: number): Promise<Region[]> {
  const node = await scenarioNode('', 'iptables', { minor: 36 }, objects(endpoints));
  if (node === undefined) throw new Error('the objects were refused');
  const sides = comparedSides(node, node, 'ipv4');
  return allQuestions(sides).flatMap((packets) => [...sides.before.tracer.eachRegion(packets)]);
}

/** The same ends, with no part that another region has. */
function alone(ends: Ends): Ends {
  const [last, ...others] = [...endsOf(ends)].reverse();
  if (last === undefined) throw new Error('a region has ends');
  return others.reduce<Ends>((rest, end) => [end, rest], last);
}

class CountingBook extends OutcomeBook {
  count = 0;

  override numberOf(end: WalkEnd, given: readonly string[]): number {
    this.count++;
    return super.numberOf(end, given);
  }
}

describe('the outcomes of regions', () => {
  it.each([3, 20, 100])('are those of their ends, with %d endpoints', async (endpoints) => {
    const book = new FateBook(() => false);
    const regions = await regionsOf(endpoints);
    expect(regions.length).toBeGreaterThan(endpoints);
    for (const { ends } of regions) expect(book.of(ends)).toBe(book.of(alone(ends)));
  });

  it('are read once for parts that regions share', async () => {
    const book = new CountingBook(() => false);
    const reader = new OutcomeReader(book, new ShareBook());
    let all = 0;
    for (const { ends } of await regionsOf(300)) all += reader.read(ends)?.size ?? 0;
    expect(all).toBeGreaterThan(300 * 300);
    expect(book.count).toBeLessThan(all / 10);
  });
});
