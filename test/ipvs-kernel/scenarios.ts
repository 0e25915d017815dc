/** The rules of the guest's nodes, and the packets sent to them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import type { Family } from '../../src/net/address.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import type { HostFacts } from '../../src/proxy/host.js';
import { proxyState } from '../../src/proxy/state.js';
import { generateTexts } from '../support/generate.js';
import { hasSharedData, sharedPath } from '../support/shared.js';
import { probesOf, type Probe } from '../trace/support/probes.js';
import { hostFactsIn, stateIn } from '../trace/support/tracers.js';
import { handMade, handMadeProbes } from './hand-made.js';
import { hostNetworkManifest } from './host-network.js';

export const formats = ['save', 'ipset', 'ipvsadm', 'addresses'] as const;
export type Format = (typeof formats)[number];

export interface Scenario {
  readonly name: string;
  readonly facts: HostFacts;
  /** Undefined if there is nothing of that family. */
  readonly text: (family: Family, format: Format) => string | undefined;
  readonly probes: (family: Family) => Promise<readonly Probe[]>;
}

/** A folder of golden/ or of shared recordings. */
function recorded(name: string, directory: string): Scenario {
  const file = (family: Family, format: Format): string | undefined =>
    ['', 'expected']
      .map((folder) => join(directory, folder, `ipvs.${family}.${format}`))
      .find((path) => existsSync(path));
  return {
    name,
    facts: hostFactsIn(directory),
    probes: async (family) => probesOf(await stateIn(directory, family), family),
    text: (family, format) => {
      const path = file(family, format);
      return path === undefined ? undefined : readFileSync(path, 'utf8');
    },
  };
}

/** The output for manifests on the node of golden/nodeport. */
async function generated(name: string, objects: string): Promise<Scenario> {
  const read = (file: string): string => readFileSync(join('golden/nodeport', file), 'utf8');
  const { completed } = await completeCluster(parseManifests([{ name: 'objects', text: objects }]), {
    kubeVersion: { minor: 30 },
    configuration: parseManifests([{ name: 'kube-proxy.yaml', text: read('kube-proxy.yaml') }]),
    host: JSON.parse(read('host.json')) as Json,
  });
  if (completed === undefined) throw new Error('the objects were refused');
  const texts = await generateTexts(completed, 'ipvs');
  return {
    name,
    facts: hostFactsIn('golden/nodeport'),
    text: (family, format) => texts.get(`${family}.${format}`),
    probes: (family) => Promise.resolve(probesOf(proxyState(completed.cluster, completed.options, family), family)),
  };
}

/**
 * Every scenario of golden/ except those with a thousand endpoints, some random recorded ones, and cases that none of
 * them has.
 */
export async function allScenarios(): Promise<Scenario[]> {
  const golden = readdirSync('golden', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large'))
    .map(({ name }) => name);
  const root = sharedPath('conformance', 'kube-proxy-1.30', 'random');
  const random = hasSharedData ? readdirSync(root).filter((_, index) => index % 29 === 1) : [];
  return [
    ...golden.map((name) => recorded(name, join('golden', name))),
    ...random.map((name) => recorded(name, join(root, name))),
    await generated('host-network', hostNetworkManifest),
    {
      name: 'hand-made',
      facts: hostFactsIn('golden/nodeport'),
      text: (family, format) => (family === 'ipv4' ? handMade[format] : undefined),
      probes: () => Promise.resolve(handMadeProbes),
    },
  ];
}
