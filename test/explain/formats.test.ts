import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { explain } from '../../src/explain/explain.js';
import { explainFormats, printExplanation } from '../../src/explain/output/print.js';
import { readTarget } from '../../src/explain/target.js';
import type { Explanation, Knowledge } from '../../src/explain/types.js';
import { viewFamilies } from '../../src/explain/node.js';
import { ruleWords } from '../../src/explain/words/rule.js';
import type { Match, Rule, RuleSet, Target } from '../../src/iptables/types.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { fromDump, fromManifests, fromRules } from './support/knowledge.js';
import { readDot, readMermaid } from './support/diagrams.js';
import { anyText } from '../support/any-text.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

const style = { colour: false, width: 100, tableWidth: Infinity };
const control = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u;

/** All targets of explanations: everything, each Service, some chains and rules. */
function targetsOf(knowledge: Knowledge, most: number): (string | undefined)[] {
  const views = viewFamilies(knowledge);
  const services = views.flatMap(({ found }) =>
    found.flatMap(({ name }) => (name === undefined ? [] : [`${name.namespace}/${name.service}`])),
  );
  const chains = views.flatMap(({ index }) =>
    index.tableNames.flatMap((table) =>
      index
        .chains(table)
        .filter(({ name }) => !name.includes(':'))
        .map(({ name }) => `${table}:${name}`),
    ),
  );
  return [undefined, ...new Set(services)].slice(0, most).concat(
    chains.slice(0, most),
    chains.slice(0, most).map((chain) => `${chain}:1`),
  );
}

function check(explanation: Explanation): void {
  for (const format of explainFormats) {
    const text = printExplanation(explanation, format, style);
    expect(control.exec(text)?.[0]).toBeUndefined();
    expect(text.endsWith('\n')).toBe(true);
    if (format === 'mermaid') readMermaid(text);
    if (format === 'dot') readDot(text);
    if (format === 'json') expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(explanation)));
    if (format === 'markdown') expect((text.match(/^```[^`]*$/gm) ?? []).length % 2).toBe(0);
  }
}

function checkAll(knowledge: Knowledge, most = 12): void {
  for (const target of targetsOf(knowledge, most)) {
    const { explanation } = explain(knowledge, target === undefined ? undefined : readTarget(target, 'default'));
    if (explanation !== undefined) check(explanation);
    else expect(target).toMatch(/:1$/);
  }
}

function checkRules(ruleSet: RuleSet): number {
  let count = 0;
  for (const table of ruleSet.tables) {
    for (const rule of table.rules) {
      const words = ruleWords(rule, table.name);
      if (!/^(?:Every packet|A packet that) \S/.test(words) || control.test(words))
        throw new Error(`${JSON.stringify(rule)}: ${words}`);
      count++;
    }
  }
  return count;
}

const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe('golden scenarios', () => {
  it.each(scenarios)('%s reads in every format', (scenario) => {
    for (const file of readdirSync(join('golden', scenario)).filter((name) => name.endsWith('.save'))) {
      const knowledge = fromDump(readFileSync(join('golden', scenario, file), 'utf8'));
      expect(knowledge.node.families.map(({ ruleSet }) => checkRules(ruleSet)).every((count) => count > 0)).toBe(true);
      if (!scenario.startsWith('large') && !file.startsWith('ipvs')) checkAll(knowledge, 3);
    }
  });
});

const text = fc.oneof(
  anyText({ maxLength: 20 }),
  fc.constantFrom(
    '"]; click n0 "javascript:alert(1)"',
    '`',
    '```',
    '\n',
    '\u0000',
    '\u202e',
    '|',
    '<script>',
    '"',
    '\\',
    '\\N',
    '#quot;',
    '%%{init}%%',
    '__proto__',
    '-->',
    'a"]\n  n9["b',
    '[x](javascript:y)',
    '@all',
    'x'.repeat(2000),
  ),
);
const prefix = fc.oneof(fc.constantFrom('10.0.0.1/32', '10.244.0.0/16', 'fd00::/8'), text);
const negation = fc.constantFrom({}, { negated: true } as const);
const range = fc.tuple(fc.nat(65535), fc.nat(65535)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const mark = fc.record({ value: fc.nat(0xffffffff), mask: fc.nat(0xffffffff) });
const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const options = fc.array(fc.record({ name: text, value: text, negated: fc.boolean() }), { maxLength: 3 });

/** Every kind of match, with hostile text in every text field. */
const match: fc.Arbitrary<Match> = fc.oneof(
  fc
    .tuple(fc.constantFrom('source', 'destination'), prefix, negation)
    .map(([kind, value, not]) => ({ kind, prefix: value, ...not })),
  fc
    .tuple(fc.constantFrom('inInterface', 'outInterface', 'nfacct'), text, negation)
    .map(([kind, name, not]) => ({ kind, name, ...not })),
  fc.tuple(text, negation).map(([protocol, not]) => ({ kind: 'protocol', protocol, ...not })),
  fc
    .tuple(fc.constantFrom('fragment', 'physdevIsIn', 'ipvsVirtualDirection'), negation)
    .map(([kind, not]) => ({ kind, ...not })),
  text.map((value) => ({ kind: 'comment', text: value })),
  fc.record({
    kind: fc.constantFrom('tcp', 'udp', 'sctp'),
    sourcePort: optional(range),
    destinationPort: optional(range),
    destinationPortNegated: fc.boolean(),
    flags: optional(fc.constant({ mask: ['SYN', 'ACK'], set: ['SYN'] })),
    option: optional(fc.record({ number: fc.nat(255) })),
    chunkTypes: optional(fc.record({ words: fc.array(text, { maxLength: 2 }) })),
  }),
  fc
    .tuple(fc.constantFrom('mark', 'connectionMark'), mark, negation)
    .map(([kind, value, not]) => ({ kind, mark: value, ...not })),
  fc
    .tuple(
      fc.constantFrom('conntrackState', 'state'),
      fc.array(fc.constantFrom('NEW', 'INVALID', 'DNAT'), { maxLength: 3 }),
      negation,
    )
    .map(([kind, states, not]) => ({ kind, states, ...not })),
  fc.record({
    kind: fc.constant('addressType'),
    sourceType: optional(text),
    destinationType: optional(text),
    limitInterface: optional(fc.constantFrom('in', 'out')),
  }),
  fc.double({ min: 0, max: 1, noNaN: true }).map((probability) => ({ kind: 'statistic', mode: 'random', probability })),
  fc.record({ kind: fc.constant('statisticNth'), every: fc.nat(), packet: fc.nat() }),
  fc.record({
    kind: fc.constant('recent'),
    action: fc.constantFrom('set', 'rcheck', 'update', 'remove'),
    name: text,
    seconds: optional(fc.nat()),
    hitCount: optional(fc.nat()),
    negated: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('set'),
    name: text,
    directions: fc.array(fc.constantFrom('src', 'dst'), { minLength: 1, maxLength: 3 }),
    negated: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('ipvsVirtualService'), address: text, protocol: text, port: fc.nat(65535) }),
  fc.record({
    kind: fc.constant('conntrack'),
    originalSource: optional(prefix),
    replyDestinationPort: optional(range),
    protocol: optional(text),
    statuses: optional(fc.array(text)),
    direction: optional(fc.constantFrom('ORIGINAL', 'REPLY')),
  }),
  fc.record({
    kind: fc.constant('multiport'),
    side: fc.constantFrom('source', 'destination', 'either'),
    ports: fc.array(range, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constantFrom('icmp', 'icmp6'), type: optional(fc.nat(255)), codes: optional(range) }),
  fc.tuple(text, negation).map(([address, not]) => ({ kind: 'mac', address, ...not })),
  fc.record({
    kind: fc.constant('addressRange'),
    source: optional(fc.record({ from: text, to: text })),
    destination: optional(fc.record({ from: text, to: text, negated: fc.boolean() })),
  }),
  fc.tuple(text, negation).map(([type, not]) => ({ kind: 'packetType', type, ...not })),
  fc.record({
    kind: fc.constant('physicalDevice'),
    inInterface: optional(text),
    isIn: optional(fc.boolean()),
    isBridged: optional(fc.boolean()),
  }),
  fc.record({
    kind: fc.constant('module'),
    module: fc.oneof(text, fc.constantFrom('limit', 'owner', 'string', 'policy', 'rpfilter', 'ttl', 'constructor')),
    options,
  }),
  fc.record({ kind: fc.constant('other'), module: text, words: fc.array(text, { maxLength: 3 }) }),
) as fc.Arbitrary<Match>;

const target: fc.Arbitrary<Target> = fc.oneof(
  fc
    .tuple(fc.constantFrom('jump', 'goto'), fc.oneof(text, fc.constantFrom('KUBE-MARK-MASQ', 'KUBE-SERVICES')))
    .map(([kind, chain]) => ({ kind, chain })),
  fc.constantFrom('ACCEPT', 'DROP', 'RETURN').map((verdict) => ({ kind: 'verdict', verdict })),
  optional(text).map((answer) => ({ kind: 'reject', with: answer })),
  fc
    .tuple(fc.constantFrom('orMark', 'xorMark'), fc.nat())
    .map(([operation, bits]) => ({ kind: 'mark', operation, bits })),
  mark.map((value) => ({ kind: 'mark', operation: 'setXmark', mark: value })),
  fc
    .tuple(fc.constantFrom('destinationNat', 'sourceNat', 'netmap'), text)
    .map(([kind, to]) => ({ kind, to, random: true })),
  fc.tuple(fc.constantFrom('masquerade', 'redirect'), optional(range)).map(([kind, toPorts]) => ({ kind, toPorts })),
  fc
    .constantFrom('save', 'restore')
    .map((operation) => ({ kind: 'connectionMark', operation, packetMask: 1, connectionMask: 2 })),
  mark.map((value) => ({ kind: 'connectionMark', operation: 'set', mark: value })),
  fc.record({
    kind: fc.constant('module'),
    name: fc.oneof(text, fc.constantFrom('LOG', 'TPROXY', 'constructor', '__proto__')),
    options,
  }),
  fc.record({ kind: fc.constant('other'), name: text, words: fc.array(text, { maxLength: 3 }) }),
) as fc.Arbitrary<Target>;

const chain = fc.oneof(
  fc.constantFrom('PREROUTING', 'KUBE-SERVICES', 'KUBE-SVC-AAAAAAAAAAAAAAAA', 'KUBE-SEP-AAAAAAAAAAAAAAAB'),
  text,
);
const rule: fc.Arbitrary<Rule> = fc
  .record({ chain, matches: fc.array(match, { maxLength: 5 }), target: optional(target) })
  .map(({ chain: name, matches, target: to }) =>
    to === undefined ? { chain: name, matches } : { chain: name, matches, target: to },
  );

describe('hostile rules', () => {
  const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 30) };

  it('have words, one sentence each, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 20 }), (rules) => {
        checkRules({ family: 'ipv4', tables: [{ name: 'nat', chains: [], rules }] });
      }),
      runs,
    );
  });

  it('with a character of private use in a protocol break out of no format', () => {
    const ruleSet: RuleSet = {
      family: 'ipv4',
      tables: [
        {
          name: 'nat',
          chains: [],
          rules: [{ chain: 'KUBE-SVC-AAAAAAAAAAAAAAAA', matches: [{ kind: 'protocol', protocol: '\u{f0000}' }] }],
        },
      ],
    };
    checkAll(fromRules(ruleSet), 4);
  });

  it('break out of no format', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 8 }), (rules) => {
        const ruleSet: RuleSet = {
          family: 'ipv4',
          tables: [{ name: 'nat', chains: [{ name: 'PREROUTING', policy: 'ACCEPT' }], rules }],
        };
        const knowledge = fromRules(ruleSet);
        checkAll(knowledge, 4);
        for (const { chain: name } of rules) {
          const { explanation } = explain(knowledge, { kind: 'chain', chain: name, table: 'nat' });
          if (explanation !== undefined) check(explanation);
        }
      }),
      runs,
    );
  });
});

it('hostile manifests break out of no format', async () => {
  const evil = JSON.stringify('"]; click n0 `|<img> \u202e @all \\N');
  const knowledge = await fromManifests(`
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ExternalName, externalName: db.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop, annotations: {note: ${evil}}}
spec: {clusterIP: 10.96.0.9, ports: [{port: 80, targetPort: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop, annotations: {kubernetes.io/ingress.class: ${evil}}}
spec: {rules: [{host: a.example.com, http: {paths: [{path: "/|\`<b>", pathType: ImplementationSpecific, backend: {service: {name: api, port: {number: 80}}}}]}}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: api-1, namespace: shop, labels: {kubernetes.io/service-name: api}}
addressType: IPv4
ports: [{name: "", port: 80, protocol: TCP}]
endpoints: [{addresses: [10.244.0.1], nodeName: node-1, targetRef: {kind: Pod, name: ${evil}}}]
`);
  for (const name of ['shop/web', 'shop/api']) {
    const { explanation } = explain(knowledge, readTarget(name, 'default'));
    if (explanation === undefined) throw new Error(`${name} is not found`);
    check(explanation);
  }
});

describeWithSharedData('real dumps', () => {
  const folder = sharedPath('corpus', 'iptables-save');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

  it('every rule has words', () => {
    const count = files
      .flatMap((file) => parseDump({ name: file, text: readFileSync(file, 'utf8') }).dumps)
      .map(({ ruleSet }) => checkRules(ruleSet))
      .reduce((sum, one) => sum + one, 0);
    expect(count).toBeGreaterThan(5000);
  });

  it('every dump has an overview', () => {
    for (const file of files.slice(0, 25)) {
      const { explanation } = explain(fromDump(readFileSync(file, 'utf8').slice(0, 100_000)), undefined);
      if (explanation !== undefined) check(explanation);
    }
  });
});
