/** Names as arguments of library functions refer to the same things as on the command line. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as library from '../../src/index.js';
import { run } from '../support/run.js';

const directory = 'examples/shop';
const texts = readdirSync(directory)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name: join(directory, name), text: readFileSync(join(directory, name), 'utf8') }));

async function shop(): Promise<library.NodeModel> {
  const manifests = library.parseManifests(texts);
  const { completed } = await library.completeCluster(manifests, {});
  if (completed === undefined) throw new Error('refused');
  return library.nodeFromManifests(completed, library.defaultMode, { manifests });
}

it.each([
  ['deploy/web', 'shop'],
  ['svc/cart', 'shop'],
  ['node/node-2', 'default'],
  ['cart.shop', 'default'],
  [':30443', 'default'],
  ['10.244.1.15:8080', 'default'],
  ['KUBE-SERVICES', 'default'],
])('explains %s of namespace %s as the command does', async (text, namespace) => {
  const target = library.readTarget(text, namespace);
  const { explanation } = library.explain({ node: await shop() }, target);
  if (explanation === undefined) throw new Error('nothing found');
  const { out } = await run(['explain', '-q', '-n', namespace, text, '--format', 'json', directory]);
  expect(explanation.kind).toBe((JSON.parse(out) as library.Explanation).kind);
});

it('says what a name does not stand for', async () => {
  expect(library.explain({ node: await shop() }, 'pod/nobody')).toMatchObject({
    explanation: undefined,
    missing:
      'there is no Pod default/nobody; the inputs contain workloads, and their Pods have no names yet: use deploy/NAME and the like',
  });
  expect(library.readTarget('a b')).toBeUndefined();
});

describe('packetFor', () => {
  it('makes the packet that the command walks, on the node that it meets first', async () => {
    const words = { from: 'node/node-2', to: 'cart:grpc', scope: { namespace: 'shop', isEverywhere: false } };
    const { packet, node, servicePort } = await library.packetFor(await shop(), words);
    expect([packet.source.text, packet.destinationPort, servicePort]).toEqual(['192.168.0.12', 9000, 'shop/cart:grpc']);
    expect(node.completed?.options.nodeName).toBe('node-2');
    const outcomes = library.trace(node, packet).map(({ destination }) => destination);
    const command = ['trace', '-q', '-n', 'shop', '--from', 'node/node-2', '--to', 'cart:grpc', '--format', 'json'];
    const { out } = await run([...command, directory]);
    const asked = JSON.parse(out) as { outcomes: { destination: string }[] };
    expect(outcomes).toEqual(asked.outcomes.map(({ destination }) => destination));
  });

  it('says what makes no packet', async () => {
    const node = await shop();
    const wrong = (words: Parameters<typeof library.packetFor>[1]): Promise<unknown> => library.packetFor(node, words);
    await expect(wrong({ to: 'svc/wbe' })).rejects.toThrow(/^packetFor: to: there is no cluster IP for default\/wbe/);
    await expect(wrong({ to: 'any' })).rejects.toThrow('packetFor takes one packet, not a set of them; not "any"');
    await expect(wrong({})).rejects.toThrow('packetFor({ to }) takes where it goes');
  });
});
