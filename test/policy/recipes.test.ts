/**
 * Common recipes for NetworkPolicies, each for all pairs of Pods. The expected values follow the API's documentation
 * (kubernetes.io/docs/concepts/services-networking/network-policies, and the comments of networking.k8s.io/v1 types): a
 * Pod accepts everything in a direction until a policy selects it for that direction; then it accepts what any rule of
 * any such policy allows; both ends must allow a connection.
 */
import type { ClusterPod } from '../../src/cluster/types.js';
import { podsOfCluster } from '../../src/cluster/cluster-pods.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { decideEgress, decideIngress } from '../../src/policy/decide.js';
import { readPolicies } from '../../src/policy/read.js';
import type { Party, PolicySet } from '../../src/policy/types.js';

const namespace = (name: string, labels: string): string => `apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {${labels}}}
---
`;
const pod = (place: string, labels: string, address: string): string => {
  const [space = '', name = ''] = place.split('/');
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${space}, labels: {${labels}}}
spec: {nodeName: n-${name}, containers: [{name: c, image: c, ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 5000}]}]}
status: {phase: Running, podIP: ${address}, conditions: [{type: Ready, status: "True"}]}
---
`;
};

const cluster = [
  namespace('shop', 'team: shop, purpose: production'),
  namespace('other', 'purpose: testing'),
  namespace('ops', 'team: operations'),
  pod('shop/web', 'app: web, role: frontend', '10.244.1.5'),
  pod('shop/api', 'app: api', '10.244.1.6'),
  pod('shop/db', 'app: db', '10.244.1.7'),
  pod('other/web', 'app: web', '10.244.2.5'),
  pod('ops/monitor', 'app: monitor, type: monitoring', '10.244.3.5'),
].join('');

/** Senders, one per line, and destinations, one per column: `x` is an address outside the cluster. */
const sides = { w: 'shop/web', a: 'shop/api', d: 'shop/db', o: 'other/web', m: 'ops/monitor', x: '203.0.113.77' };
type Side = keyof typeof sides;
const order = Object.keys(sides) as Side[];

interface Recipe {
  readonly name: string;
  /** `namespace`, then the spec. */
  readonly policies: readonly (readonly [string, string])[];
  readonly port?: number;
  /** `+` allowed, `-` not, `.` no pair. */
  readonly expected: Readonly<Record<Side, string>>;
}

const open = { w: '.+++++', a: '+.++++', d: '++.+++', o: '+++.++', m: '++++.+', x: '+++++.' };
const deny: readonly [string, string] = ['shop', 'podSelector: {}, ingress: []'];
const web = (rest: string): readonly [string, string] => ['shop', `podSelector: {matchLabels: {app: web}}, ${rest}`];
const api = (rest: string): readonly [string, string] => ['shop', `podSelector: {matchLabels: {app: api}}, ${rest}`];
const db = (rest: string): readonly [string, string] => ['shop', `podSelector: {matchLabels: {app: db}}, ${rest}`];

const recipes: readonly Recipe[] = [
  { name: 'no policy at all', policies: [], expected: open },
  {
    name: 'deny all traffic to an application',
    policies: [web('ingress: []')],
    expected: { w: '.+++++', a: '-.++++', d: '-+.+++', o: '-++.++', m: '-+++.+', x: '-++++.' },
  },
  {
    name: 'the same without the field: policyTypes default to Ingress',
    policies: [['shop', 'podSelector: {matchLabels: {app: web}}']],
    expected: { w: '.+++++', a: '-.++++', d: '-+.+++', o: '-++.++', m: '-+++.+', x: '-++++.' },
  },
  {
    name: 'limit traffic to an application: from Pods of the same namespace by label',
    policies: [db('ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]')],
    expected: { w: '.+-+++', a: '+.++++', d: '++.+++', o: '++-.++', m: '++-+.+', x: '++-++.' },
  },
  {
    name: 'default deny in a namespace',
    policies: [deny],
    expected: { w: '.--+++', a: '-.-+++', d: '--.+++', o: '---.++', m: '---+.+', x: '---++.' },
  },
  {
    name: 'allow all traffic to one application in it: an empty rule',
    policies: [deny, web('ingress: [{}]')],
    expected: { w: '.--+++', a: '+.-+++', d: '+-.+++', o: '+--.++', m: '+--+.+', x: '+--++.' },
  },
  {
    name: 'deny traffic from other namespaces: an empty podSelector is all Pods of the own one',
    policies: [['shop', 'podSelector: {}, ingress: [{from: [{podSelector: {}}]}]']],
    expected: { w: '.+++++', a: '+.++++', d: '++.+++', o: '---.++', m: '---+.+', x: '---++.' },
  },
  {
    name: 'allow traffic from all namespaces, not from outside',
    policies: [web('ingress: [{from: [{namespaceSelector: {}}]}]')],
    expected: { ...open, x: '-++++.' },
  },
  {
    name: 'allow traffic from a namespace by its label',
    policies: [web('ingress: [{from: [{namespaceSelector: {matchLabels: {purpose: testing}}}]}]')],
    expected: { w: '.+++++', a: '-.++++', d: '-+.+++', o: '+++.++', m: '-+++.+', x: '-++++.' },
  },
  {
    name: 'allow traffic from a namespace by its name',
    policies: [web('ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ops}}}]}]')],
    expected: { w: '.+++++', a: '-.++++', d: '-+.+++', o: '-++.++', m: '++++.+', x: '-++++.' },
  },
  {
    name: 'allow traffic from some Pods of another namespace: both selectors of one entry',
    policies: [
      web(
        'ingress: [{from: [{namespaceSelector: {matchLabels: {team: operations}}, podSelector: {matchLabels: {type: monitoring}}}]}]',
      ),
    ],
    expected: { w: '.+++++', a: '-.++++', d: '-+.+++', o: '-++.++', m: '++++.+', x: '-++++.' },
  },
  {
    name: 'two selectors in one entry must both hold',
    policies: [
      web(
        'ingress: [{from: [{namespaceSelector: {matchLabels: {purpose: testing}}, podSelector: {matchLabels: {app: api}}}]}]',
      ),
    ],
    expected: { w: '.+++++', a: '-.++++', d: '-+.+++', o: '-++.++', m: '-+++.+', x: '-++++.' },
  },
  {
    name: 'of two entries one is enough',
    policies: [
      web(
        'ingress: [{from: [{namespaceSelector: {matchLabels: {purpose: testing}}}, {podSelector: {matchLabels: {app: api}}}]}]',
      ),
    ],
    expected: { w: '.+++++', a: '+.++++', d: '-+.+++', o: '+++.++', m: '-+++.+', x: '-++++.' },
  },
  {
    name: 'allow external traffic: an empty list of sources is everybody',
    policies: [deny, web('ingress: [{from: []}]')],
    expected: { w: '.--+++', a: '+.-+++', d: '+-.+++', o: '+--.++', m: '+--+.+', x: '+--++.' },
  },
  {
    name: 'allow traffic to one port: that port',
    port: 5000,
    policies: [api('ingress: [{ports: [{port: 5000}], from: [{podSelector: {matchLabels: {role: frontend}}}]}]')],
    expected: { w: '.+++++', a: '+.++++', d: '+-.+++', o: '+-+.++', m: '+-++.+', x: '+-+++.' },
  },
  {
    name: 'allow traffic to one port: another',
    port: 8080,
    policies: [api('ingress: [{ports: [{port: 5000}], from: [{podSelector: {matchLabels: {role: frontend}}}]}]')],
    expected: { w: '.-++++', a: '+.++++', d: '+-.+++', o: '+-+.++', m: '+-++.+', x: '+-+++.' },
  },
  {
    name: 'a port by its name in the Pod',
    port: 5000,
    policies: [api('ingress: [{ports: [{port: metrics}]}]')],
    expected: open,
  },
  {
    name: 'a port by the name of another',
    port: 5000,
    policies: [api('ingress: [{ports: [{port: http}]}]')],
    expected: { w: '.-++++', a: '+.++++', d: '+-.+++', o: '+-+.++', m: '+-++.+', x: '+-+++.' },
  },
  {
    name: 'a range of ports with endPort, both ends included',
    port: 8080,
    policies: [api('ingress: [{ports: [{port: 8000, endPort: 8080}]}]')],
    expected: open,
  },
  {
    name: 'a range of ports that ends before',
    port: 8080,
    policies: [api('ingress: [{ports: [{port: 8000, endPort: 8079}]}]')],
    expected: { w: '.-++++', a: '+.++++', d: '+-.+++', o: '+-+.++', m: '+-++.+', x: '+-+++.' },
  },
  {
    name: 'a port without a number is every port of its protocol, which is TCP unless it says so',
    policies: [api('ingress: [{ports: [{}]}]'), db('ingress: [{ports: [{protocol: UDP}]}]')],
    expected: { w: '.+-+++', a: '+.-+++', d: '++.+++', o: '++-.++', m: '++-+.+', x: '++-++.' },
  },
  {
    name: 'several applications may reach one: policies add up',
    policies: [
      db('ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]'),
      db('ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]'),
    ],
    expected: { w: '.+++++', a: '+.++++', d: '++.+++', o: '++-.++', m: '++-+.+', x: '++-++.' },
  },
  {
    name: 'expressions: NotIn holds for Pods without the label, too, and only in the own namespace',
    policies: [
      web('ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [db]}]}}]}]'),
    ],
    expected: { w: '.+++++', a: '+.++++', d: '-+.+++', o: '-++.++', m: '-+++.+', x: '-++++.' },
  },
  {
    name: 'ipBlock with an exception',
    policies: [web('ingress: [{from: [{ipBlock: {cidr: 10.244.0.0/16, except: [10.244.2.0/24]}}]}]')],
    expected: { w: '.+++++', a: '+.++++', d: '++.+++', o: '-++.++', m: '++++.+', x: '-++++.' },
  },
  {
    name: 'ipBlock of all addresses lets outside in',
    policies: [deny, web('ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]')],
    expected: { w: '.--+++', a: '+.-+++', d: '+-.+++', o: '+--.++', m: '+--+.+', x: '+--++.' },
  },
  {
    name: 'deny egress from an application',
    policies: [api('policyTypes: [Egress], egress: []')],
    expected: { ...open, a: '-.----' },
  },
  {
    name: 'an empty list of egress rules without policyTypes isolates for ingress alone',
    policies: [api('egress: []')],
    expected: { w: '.-++++', a: '+.++++', d: '+-.+++', o: '+-+.++', m: '+-++.+', x: '+-+++.' },
  },
  {
    name: 'egress rules without policyTypes isolate both ways',
    policies: [api('egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]')],
    expected: { w: '.-++++', a: '-.+---', d: '+-.+++', o: '+-+.++', m: '+-++.+', x: '+-+++.' },
  },
  {
    name: 'default deny of egress in a namespace',
    policies: [['shop', 'podSelector: {}, policyTypes: [Egress]']],
    expected: { ...open, w: '.-----', a: '-.----', d: '--.---' },
  },
  {
    name: 'egress to names alone: port 53 opens nothing else',
    policies: [api('policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]')],
    expected: { ...open, a: '-.----' },
  },
  {
    name: 'deny external egress: to all namespaces, not outside',
    policies: [api('policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]')],
    expected: { ...open, a: '+.+++-' },
  },
  {
    name: 'egress to a named port is that of the Pod that is connected to; outside has no names',
    policies: [api('policyTypes: [Egress], egress: [{ports: [{port: http}]}]')],
    expected: { ...open, a: '+.+++-' },
  },
  {
    name: 'egress to an address outside',
    policies: [api('policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]')],
    expected: { ...open, a: '-.---+' },
  },
  {
    name: 'both ends must agree: ingress is open, egress is not',
    policies: [web('ingress: [{}]'), ['shop', 'podSelector: {}, policyTypes: [Egress]']],
    expected: { ...open, w: '.-----', a: '-.----', d: '--.---' },
  },
  {
    name: 'policyTypes name a direction without rules: nothing leaves',
    policies: [web('policyTypes: [Ingress, Egress], ingress: [{}]')],
    expected: { ...open, w: '.-----' },
  },
  {
    name: 'a policy is about its own namespace',
    policies: [['other', 'podSelector: {matchLabels: {app: web}}, ingress: []']],
    expected: { w: '.++-++', a: '+.+-++', d: '++.-++', o: '+++.++', m: '+++-.+', x: '+++-+.' },
  },
];

async function load(recipe: Recipe): Promise<{ set: PolicySet; pods: readonly ClusterPod[] }> {
  const policies = recipe.policies.map(
    ([space, spec], index) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p${index}, namespace: ${space}}
spec: {${spec}}
---
`,
  );
  const manifests = readManifests([{ name: 'all.yaml', text: cluster + policies.join('') }]);
  const { completed } = await completeCluster(manifests, {});
  if (completed === undefined) throw new Error('refused');
  expect(manifests.findings).toEqual([]);
  return { set: readPolicies(manifests.objects), pods: podsOfCluster(completed.cluster) };
}

function partyOf(side: Side, pods: readonly ClusterPod[]): Party {
  const found = pods.find(({ namespace: space, name }) => `${space}/${name ?? ''}` === sides[side]);
  return { pod: found, address: found?.addresses.ipv4 ?? sides[side], nodeName: '' };
}

function isAllowed(set: PolicySet, from: Party, to: Party, port: number): boolean {
  const destination = { pod: to.pod, protocol: 'TCP', port } as const;
  const egress = decideEgress(set, from, to, destination).allowed;
  const ingress = decideIngress(set, destination, from).allowed;
  return egress === true && ingress === true;
}

describe('recipes', () => {
  it('are of more than 200 pairs', () => {
    const pairs = recipes.flatMap(({ expected }) => Object.values(expected).join('').match(/[+-]/g) ?? []);
    expect(pairs.length).toBeGreaterThan(1000);
  });

  it.each(recipes)('$name', async (recipe) => {
    const { set, pods } = await load(recipe);
    const answers = order.map((from) => [
      from,
      order
        .map((to) =>
          from === to ? '.' : isAllowed(set, partyOf(from, pods), partyOf(to, pods), recipe.port ?? 8080) ? '+' : '-',
        )
        .join(''),
    ]);
    expect(Object.fromEntries(answers)).toEqual(recipe.expected);
  });
});

describe('what needs no rule', () => {
  const everythingDenied = [deny, ['shop', 'podSelector: {}, policyTypes: [Egress]']] as const;

  it('a Pod reaches itself, and its own node reaches it', async () => {
    const { set, pods } = await load({ name: '', policies: everythingDenied, expected: open });
    const own = partyOf('w', pods);
    expect(isAllowed(set, own, own, 8080)).toBe(true);
    const to = { pod: own.pod, protocol: 'TCP', port: 8080 } as const;
    expect(decideIngress(set, to, { pod: undefined, address: '192.168.0.11', nodeName: 'n-web' }).allowed).toBe(true);
    expect(decideIngress(set, to, { pod: undefined, address: '192.168.0.12', nodeName: 'n-api' }).allowed).toBe(false);
  });

  it('labels of a namespace that is not among the inputs leave it open', async () => {
    const testing = web('ingress: [{from: [{namespaceSelector: {matchLabels: {purpose: testing}}}]}]');
    const { set, pods } = await load({ name: '', policies: [testing], expected: open });
    const stranger = { ...partyOf('o', pods).pod, namespace: 'unheard-of' } as ClusterPod;
    const to = { pod: partyOf('w', pods).pod, protocol: 'TCP', port: 8080 } as const;
    const decision = decideIngress(set, to, { pod: stranger, address: '10.244.9.9', nodeName: '' });
    expect(decision.allowed).toBeUndefined();
    expect(decision.words).toContain('depends on labels of its namespace');
  });
});
