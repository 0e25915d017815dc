/** The rules of kube-proxy 1.25 in userspace mode for recorded objects, and the sockets it opened. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseManifests } from '../../src/manifests/read.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import type { Json } from '../../src/manifests/types.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { generateTexts } from '../support/generate.js';

const versions = sharedPath('conformance', 'kube-proxy-versions');
/** All special cases, and every n-th of the others. */
const every = 6;

function foldersWith(root: string, file: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => (existsSync(join(root, name, file)) ? [join(root, name)] : []));
}

function sorted(text: string): string[] {
  return text.split('\n').filter(Boolean).sort();
}

async function textsOf(objects: string): Promise<Map<string, string>> {
  const read = (file: string): string => readFileSync(join(objects, file), 'utf8');
  const { completed, refusals } = await completeCluster(
    parseManifests([{ name: 'objects.json', text: read('objects.json') }]),
    {
      kubeVersion: { minor: 25 },
      ipFamily: 'ipv4',
      mode: 'userspace',
      host: JSON.parse(read('host.json')) as Json,
      configuration: parseManifests([{ name: 'kube-proxy.yaml', text: read('kube-proxy.yaml') }]),
    },
  );
  if (completed === undefined) throw new Error(refusals.map(({ message }) => message).join('\n'));
  return generateTexts(completed, 'userspace');
}

describeWithSharedData('userspace mode as recorded', () => {
  const corners = foldersWith(join(versions, 'userspace-extra'), 'objects.json').map((objects) => ({
    name: relative(versions, objects),
    objects,
    expected: join(objects, 'expected'),
  }));
  const others = ['handmade', 'random']
    .flatMap((kind) => foldersWith(join(versions, '1.25', kind), 'expected/userspace.ipv4.save'))
    .filter((_, index) => index % every === 0)
    .map((folder) => ({
      name: relative(versions, folder),
      objects: join(sharedPath('conformance', 'kube-proxy-1.30'), relative(join(versions, '1.25'), folder)),
      expected: join(folder, 'expected'),
    }));

  it.each([...corners, ...others])('$name', async ({ objects, expected }) => {
    const made = await textsOf(objects);
    const recorded = (format: string): string => readFileSync(join(expected, `userspace.ipv4.${format}`), 'utf8');
    expect(made.get('ipv4.save')).toBe(recorded('save'));
    expect(sorted(made.get('ipv4.ports') ?? '')).toEqual(sorted(recorded('ports')));
    expect(made.get('ipv4.claims')).toBe(recorded('claims'));
  });
});
