/**
 * Output may be piped into iptables-restore by root: no text in a manifest may add a rule, an option or a line to it.
 */
import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json, JsonObject } from '../../src/manifests/types.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { anyText } from '../support/any-text.js';
import { generateTexts } from '../support/generate.js';

/** Fields with free text. */
interface Places {
  readonly name: string;
  readonly namespace: string;
  readonly portName: string;
  readonly annotation: string;
  readonly label: string;
  readonly clusterIP: string;
  readonly externalIP: string;
  readonly sourceRange: string;
  readonly balancerIP: string;
  readonly endpoint: string;
  readonly nodeName: string;
  readonly sliceName: string;
  readonly zone: string;
  readonly targetPort: string;
  readonly clusterCIDR: string;
  readonly bridge: string;
  readonly hostname: string;
  readonly podCIDR: string;
  readonly protocol: string;
}

const harmless: Places = {
  name: 'web',
  namespace: 'shop',
  portName: 'http',
  annotation: 'text',
  label: 'web',
  clusterIP: '10.96.0.50',
  externalIP: '198.51.100.1',
  sourceRange: '10.0.0.0/8',
  balancerIP: '203.0.113.7',
  endpoint: '10.244.1.5',
  nodeName: 'node-1',
  sliceName: 'web-1',
  zone: 'a',
  targetPort: 'http',
  clusterCIDR: '10.244.0.0/16',
  bridge: 'cni0',
  hostname: 'node-1',
  podCIDR: '10.244.1.0/24',
  protocol: 'TCP',
};

function manifests(places: Places): JsonObject {
  const metadata = {
    name: places.name,
    namespace: places.namespace,
    labels: { app: places.label },
    annotations: { 'example.com/note': places.annotation },
  };
  const ports = [
    { name: places.portName, port: 80, nodePort: 30080, protocol: places.protocol, targetPort: places.targetPort },
  ];
  const items: Json[] = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type: 'LoadBalancer',
        clusterIP: places.clusterIP,
        externalIPs: [places.externalIP],
        loadBalancerSourceRanges: [places.sourceRange],
        ports,
      },
      status: { loadBalancer: { ingress: [{ ip: places.balancerIP }] } },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      addressType: 'IPv4',
      metadata: {
        name: places.sliceName,
        namespace: places.namespace,
        labels: { 'kubernetes.io/service-name': places.name },
      },
      endpoints: [
        { addresses: [places.endpoint], nodeName: places.nodeName, hints: { forZones: [{ name: places.zone }] } },
      ],
      ports: [{ name: places.portName, port: 8080, protocol: places.protocol }],
    },
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: places.nodeName },
      spec: { podCIDR: places.podCIDR, podCIDRs: [places.podCIDR] },
    },
    {
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      hostnameOverride: places.hostname,
      clusterCIDR: places.clusterCIDR,
      detectLocal: { bridgeInterface: places.bridge },
    },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}

/** The texts of every mode, or undefined if something was rejected (always with a place). */
async function generateAll(value: JsonObject): Promise<Map<string, string> | undefined> {
  const { completed, refusals } = await completeCluster(
    parseManifests([{ name: 'hostile.json', text: JSON.stringify(value) }]),
    { host: { nfacct: false } },
  );
  expect(refusals.every((finding) => finding.range.start.line >= 1 && finding.file === 'hostile.json')).toBe(true);
  if (completed === undefined) return undefined;
  const texts = new Map<string, string>();
  for (const mode of ['iptables', 'ipvs'])
    for (const [name, text] of await generateTexts(completed, mode)) texts.set(`${mode}.${name}`, text);
  return texts;
}

/** The structure of a line: quoted text and plain words by type, options unchanged. */
function shape(line: string): string {
  return line
    .replace(/"(?:[^"\\]|\\.)*"/g, 'TEXT')
    .split(' ')
    .map((word) => (/^(-{1,2}[a-z-]+|!|[*:A-Z][A-Z]*)$/.test(word) ? word : 'WORD'))
    .join(' ');
}

/** How often each structure occurs, in the formats that are input of programs. */
function shapes(texts: Map<string, string>): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const [name, text] of texts) {
    if (name.endsWith('.json')) continue;
    for (const line of text.split('\n')) {
      const key = `${name} ${shape(line)}`;
      tally[key] = (tally[key] ?? 0) + 1;
    }
  }
  return tally;
}

const attacks: readonly string[] = [
  'a\n-A INPUT -j ACCEPT',
  'a" -j ACCEPT',
  "a' -j ACCEPT",
  'a -j ACCEPT',
  '-j',
  'a\u0000b',
  'a\r',
  'a\u2028b',
  '\u202egpj.exe',
  '"',
  '\\',
  '$(reboot)',
  '`id`',
  'COMMIT',
  '*nat',
  '#',
  ':INPUT DROP',
  '10.0.0.1 -j ACCEPT',
  '10.0.0.1/8\n',
  '::ffff:10.0.0.1',
  '0x0a000001',
  '010.1.1.1',
  '',
  ' ',
  '__proto__',
  'constructor',
  'a'.repeat(1_000_000),
];
const hostileCharacters = [...Array.from('az-.:/" \'\\\n09')];
const places = Object.keys(harmless) as (keyof Places)[];

describe('hostile manifests', () => {
  it('the harmless one is accepted, so that the tests below compare with something', async () => {
    expect((await generateAll(manifests(harmless)))?.size).toBe(9);
  });

  it.each(places)('no attack through %s changes the shape of what is generated', async (place) => {
    const expected = new Set(
      Object.keys(shapes((await generateAll(manifests(harmless))) ?? new Map<string, string>())),
    );
    for (const attack of attacks) {
      const texts = await generateAll(manifests({ ...harmless, [place]: attack }));
      if (texts === undefined) continue;
      const unknown = Object.keys(shapes(texts)).filter((line) => !expected.has(line) && !isKnownVariation(line));
      expect({ attack: attack.slice(0, 40), unknown }).toEqual({ attack: attack.slice(0, 40), unknown: [] });
    }
  });

  it('random text in random places is refused or stays inside its word', async () => {
    const expected = new Set(
      Object.keys(shapes((await generateAll(manifests(harmless))) ?? new Map<string, string>())),
    );
    const text = fc.oneof(
      anyText({ maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...hostileCharacters), maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), text, async (place, value) => {
        // `::` is an address, and a Service may have the other family.
        fc.pre(!isIPv6(value));
        const texts = await generateAll(manifests({ ...harmless, [place]: value }));
        if (texts === undefined) return;
        expect(Object.keys(shapes(texts)).filter((line) => !expected.has(line) && !isKnownVariation(line))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/**
 * Lines that appear and disappear with harmless values, too: rules for a Service without endpoints, and lines that
 * depend on an empty name or address.
 */
function isKnownVariation(line: string): boolean {
  return (
    /^(iptables|ipvs)\.ipv4\.(save|restore) -A WORD (-d WORD |-s WORD )?(-p WORD )?-m WORD --comment (TEXT|WORD)/.test(
      line,
    ) && !line.includes('ACCEPT')
  );
}
