/** nftables mode on the command line. */
import { run } from '../support/run.js';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'kubechains-nftables-'));
const write = (name: string, text: string): string => {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
};
const service = (name: string, namespace: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {ports: [{name: http, port: 80}]}\n---\n`;
const configuration = `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\nclusterCIDR: 10.244.0.0/16\n`;

describe('generate in nftables mode', () => {
  it('takes the mode of the configuration, and prints the list', async () => {
    const { status, out } = await run(['generate', '--quiet', write('a.yaml', service('web', 'shop') + configuration)]);
    expect(status).toBe(0);
    expect(out).toMatch(/^table ip kube-proxy \{\n/);
  });

  it('writes nftables.FAMILY.FORMAT', async () => {
    const output = join(directory, 'out');
    const input = write('b.yaml', service('web', 'shop'));
    expect((await run(['generate', '--quiet', '--mode', 'nftables', '--output-dir', output, input])).status).toBe(0);
    expect(readdirSync(output).sort()).toEqual(['nftables.ipv4.json', 'nftables.ipv4.list', 'nftables.ipv4.script']);
    expect(readFileSync(join(output, 'nftables.ipv4.script'), 'utf8')).toMatch(/^add table ip kube-proxy /);
  });

  it('makes what nft refuses, and says so', async () => {
    const input = write('c.yaml', service('s'.repeat(63), 'n'.repeat(63)));
    const { status, out, err } = await run(['generate', '--quiet', '--mode', 'nftables', '--format', 'script', input]);
    expect(status).toBe(1);
    expect(out).toContain(`comment "${'n'.repeat(63)}/${'s'.repeat(63)}:http"`);
    expect(err).toMatch(/^Error: nft rejects this script, so the node gets none of the rules of table ip kube-proxy: /);
  });

  it('trace follows such rules', async () => {
    const input = write('d.yaml', service('web', 'shop') + configuration);
    const { status, out } = await run(['trace', '--to', '10.96.0.1:80', '--from', '203.0.113.9', input]);
    expect(status).toBe(0);
    expect(out).toContain('services');
  });

  it('explain follows such rules', async () => {
    const { status, out } = await run(['explain', write('d.yaml', service('web', 'shop') + configuration)]);
    expect(status).toBe(0);
    expect(out).toContain('(nftables mode)');
  });
});
