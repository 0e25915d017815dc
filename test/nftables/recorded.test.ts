/** kube-proxy's input for nft in each version, and the list of nft 1.1.3 afterwards. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import { completeCluster, type Completed } from '../../src/pipeline/complete.js';
import { generateRules } from '../../src/pipeline/generate.js';
import { nftables } from '../../src/nftables/mode.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

const families = ['ipv4', 'ipv6'] as const;
type Family = (typeof families)[number];

interface Recording {
  readonly inputs: string;
  readonly expected: string;
  readonly minor: number;
  readonly family: Family;
}

async function complete({ inputs, minor, family }: Recording): Promise<Completed> {
  const source = (file: string) => ({ name: file, text: readFileSync(join(inputs, file), 'utf8') });
  const { completed, refusals } = await completeCluster(parseManifests([source('objects.json')]), {
    kubeVersion: { minor },
    ipFamily: family,
    configuration: parseManifests([source('kube-proxy.yaml')]),
    host: JSON.parse(source('host.json').text) as Json,
  });
  if (completed === undefined) throw new Error(refusals.map(({ message }) => message).join('\n'));
  return completed;
}

const folders = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);

/** Some of the sets of objects recorded for several versions, and of the others; `.ci/run` uses more of them. */
function recordings(): Recording[] {
  const root = sharedPath('conformance', 'kube-proxy-versions');
  const base = sharedPath('conformance', 'kube-proxy-1.30');
  const places = [30, 31, 32, 33, 34, 35, 36].flatMap((minor) => [
    ...folders(join(root, 'new'))
      .filter((_, index) => index % 3 === minor % 3)
      .map((name) => ({
        inputs: join(root, 'new', name),
        expected: join(root, 'new', name, `expected-1.${minor}`),
        minor,
      })),
    ...['handmade', 'random'].flatMap((kind) =>
      folders(join(root, `1.${minor}`, kind))
        .filter((_, index) => index % 23 === minor % 23)
        .map((name) => ({
          inputs: join(base, kind, name),
          expected: join(root, `1.${minor}`, kind, name, 'expected'),
          minor,
        })),
    ),
  ]);
  return places
    .flatMap((place) => families.map((family) => ({ ...place, family })))
    .filter(({ expected, family }) => existsSync(join(expected, `nftables.${family}.script`)));
}

describeWithSharedData('nftables mode', () => {
  const all = recordings();

  it('was recorded in every version', () => {
    expect(new Set(all.map(({ minor }) => minor)).size).toBe(7);
  });

  it.each(all.map((recording) => [`1.${recording.minor} ${recording.inputs} ${recording.family}`, recording] as const))(
    '%s',
    async (_, recording) => {
      const { generated, failures } = generateRules(await complete(recording), await nftables.load(), [
        'script',
        'list',
      ]);
      const { family, expected } = recording;
      expect(generated[0]?.texts.get('script')).toBe(readFileSync(join(expected, `nftables.${family}.script`), 'utf8'));
      const list = join(expected, `nftables.${family}.list`);
      // nft rejected those without a list.
      expect(failures).toHaveLength(existsSync(list) ? 0 : 1);
      if (existsSync(list)) expect(generated[0]?.texts.get('list')).toBe(readFileSync(list, 'utf8'));
    },
  );
});
