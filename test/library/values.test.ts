/**
 * The library is also called from JavaScript: values of a wrong type cause an error with a sentence, not an internal
 * error.
 */
import * as library from '../../src/index.js';

const text = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.50, selector: {app: web}, ports: [{name: http, port: 80}]}
`;
const set = library.parseManifests([{ name: 'web.yaml', text }]);

async function completed(): Promise<library.Completed> {
  const result = await library.completeCluster(set);
  if (result.completed === undefined) throw new Error('refused');
  return result.completed;
}

const mistakes: readonly unknown[] = [
  undefined,
  null,
  0,
  true,
  '',
  'shop/web',
  [],
  [1],
  ['text'],
  [{ name: 'a' }],
  {},
  { node: {} },
  { name: 'a', text: 1 },
  { to: 1 },
  { to: '10.0.0.1', from: '10.0.0.2' },
  { to: '10.0.0.1:0', from: '10.0.0.2' },
  { to: '10.0.0.1:80', from: 'fd00::1' },
  { to: '10.0.0.1:80', from: '10.0.0.2', protocol: 'TCP' },
  { to: '10.0.0.1:80', from: '10.0.0.2', inInterface: 1 },
  () => 1,
  Symbol('x'),
  10n,
  new Map(),
  Promise.resolve(1),
];

/** The values that each function rejects as its first argument, and those that it accepts. */
const functions: readonly (readonly [
  name: string,
  call: (...values: never[]) => unknown,
  taken: readonly unknown[],
])[] = [
  ['parseManifests', library.parseManifests, [[]]],
  ['readNode', library.readNode, [[]]],
  ['parseDump', library.parseDump, []],
  ['parseIpset', library.parseIpset, []],
  ['parseIpvsadm', library.parseIpvsadm, []],
  ['completeCluster', library.completeCluster, []],
  ['lint', library.lint, []],
  ['generateRules', library.generateRules, []],
  ['nodeFromManifests', library.nodeFromManifests, []],
  ['explain', library.explain, []],
  ['printExplanation', library.printExplanation, []],
  ['trace', library.trace, []],
  ['packet', library.packet, []],
  ['compareSides', library.compareSides, []],
  ['printDifferences', library.printDifferences, []],
  ['migrate', library.migrate, []],
  ['printMigration', library.printMigration, []],
  ['check', library.check, []],
  ['printCheck', library.printCheck, []],
  ['packetFor', library.packetFor, []],
  ['knowledgeOf', library.knowledgeOf, []],
  ['explore', library.explore, [[]]],
  ['readHostFacts', library.readHostFacts, [[]]],
  ['readListening', library.readListening, []],
  ['readSettings', library.readSettings, []],
  ['printReport', library.printReport, []],
  ['lintNodes', library.lintNodes, [[]]],
];

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return '';
}

describe('wrong values', () => {
  it.each(functions)('given to %s get a sentence', async (name, call, taken) => {
    for (const value of mistakes) {
      if (taken.some((one) => typeof value !== 'bigint' && JSON.stringify(one) === JSON.stringify(value))) continue;
      const message = await messageOf(() => call(value as never));
      expect(message).toMatch(new RegExp(`^${name}(?:\\(\\{ \\w+ \\}\\))? takes [^]*; not `));
    }
  });

  it('say what to give instead', async () => {
    const cluster = await completed();
    const wrong = (call: () => unknown): Promise<string> => messageOf(call);
    expect(await wrong(() => library.generateRules(cluster, 'iptables' as never, ['save']))).toBe(
      'generateRules takes a mode that is loaded, such as await modes.iptables.load(); not "iptables"',
    );
    expect(await wrong(() => library.generateRules(library.completeCluster(set) as never, 1 as never, []))).toBe(
      'generateRules takes `completed` of what completeCluster gives, which is undefined where objects are refused; not a promise: await it',
    );
    expect(await wrong(() => library.packet({ to: '10.96.0.50', from: '10.244.1.7' }))).toBe(
      'packet({ to }) takes an address with a port, 10.96.0.50:80; not "10.96.0.50"',
    );
    const node = await library.nodeFromManifests(cluster, library.defaultMode);
    expect(await wrong(() => library.explain({ node }, 'a b'))).toBe(
      'explain takes a target such as "shop/web", "KUBE-SERVICES" or "nat:KUBE-SERVICES:1"; not "a b"',
    );
    const six = library.packet({ to: '[fd00::50]:80', from: 'fd00::7' });
    expect(await wrong(() => library.trace(node, six))).toMatch(/^trace: the node has nothing in ipv6/);
  });
});

describe('what is left out', () => {
  it('is as on the command line', async () => {
    const facts = { version: library.defaultVersion, serviceCIDRs: [], nodePortRange: library.defaultNodePortRange };
    expect(await library.lint(set)).toEqual(await library.lint(set, { facts }));
    expect(await library.lint(set, { facts: { version: { minor: 30 } } })).toEqual(
      await library.lint(set, { facts: { ...facts, version: { minor: 30 } } }),
    );
    expect(await library.completeCluster(set)).toEqual(await library.completeCluster(set, {}));
  });

  it('is the text of an explanation, plain', async () => {
    const node = await library.nodeFromManifests(await completed(), library.defaultMode, { manifests: set });
    const { explanation } = library.explain({ node }, 'shop/web:http');
    if (explanation === undefined) throw new Error('not found');
    const printed = library.printExplanation(explanation);
    expect(printed).toMatch(/^Service shop\/web\n/);
    expect(printed).not.toContain('\u001b');
  });
});
