/**
 * Byte order marks of Windows editors: every kind of input is read with one and with two of them. kubectl drops one
 * (cli-runtime, FileVisitor), and go-yaml one more.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const directory = mkdtempSync(join(tmpdir(), 'kubechains-marks-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const save = '*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
const inputs = {
  'service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n',
  'service.json': '{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}}',
  'node.save': save,
  'listed.txt': '-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-A FORWARD -s 10.0.0.1/32 -j DROP\n',
  'node.nft': 'table ip t {\n chain c { type filter hook input priority 0; policy accept; tcp dport 5 drop; }\n}\n',
  'nft.json':
    '{"nftables":[{"table":{"family":"ip","name":"t"}},{"chain":{"family":"ip","table":"t","name":"c","type":"filter","hook":"input","prio":0,"policy":"accept"}}]}',
};
const kinds = Object.keys(inputs) as (keyof typeof inputs)[];

/** The output of a command on the text, with byte order marks before it. */
async function output(name: keyof typeof inputs, marks: string): Promise<unknown> {
  const file = join(directory, name);
  writeFileSync(file, marks + inputs[name]);
  const words = name.startsWith('service') ? ['lint', '--no-settings', '--format', 'json'] : ['explain', '--quiet'];
  return run([...words, file]);
}

describe('byte order marks', () => {
  it.each(kinds.flatMap((name) => [1, 2].map((marks) => [name, marks] as const)))('%s: %i', async (name, marks) => {
    const plain = await output(name, '');
    expect(plain).toMatchObject({ status: 0 });
    expect(await output(name, '\ufeff'.repeat(marks))).toEqual(plain);
  });

  it.each([1, 2])('host facts and sockets: %i', async (marks) => {
    const files = {
      'dump.save': save,
      'host.json': '{"nodeIPs":["192.168.0.7"],"interfaces":[]}',
      'ss.txt': 'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n',
    };
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(directory, name), '\ufeff'.repeat(marks) + text);
    const [dump = '', host = '', sockets = ''] = Object.keys(files).map((name) => join(directory, name));
    const { out } = await run(['trace', '--host', host, '--listening', sockets, '--to', '192.168.0.7:22', dump]);
    expect(out).toContain('a process of the node listens on tcp/22');
  });
});
