/**
 * A node in nftables mode equals its manifests, whichever version of nft listed it and whatever tables of other
 * programs it has.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Outcome } from '../support/run.js';

const scenario = 'golden-by-version/affinity-nftables-1.36';
const list = readFileSync(join(scenario, 'nftables.ipv4.list'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'nftables-drift-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function drift(text: string, ...words: string[]): Promise<Outcome> {
  const dump = join(folder, 'node.nft');
  writeFileSync(dump, text);
  const host = ['--host', `${scenario}/host.json`, '--node', 'node-1'];
  return run(['diff', '--no-settings', '-q', ...host, ...words, `${scenario}/objects.json`, dump]);
}

const configured = ['--config', `${scenario}/kube-proxy.yaml`];
/** The list of nft 1.0.6, which has names for these priorities at prerouting only. */
const byNumbers = list
  .replace('hook output priority dstnat - 10', 'hook output priority -110')
  .replace('hook output priority dstnat;', 'hook output priority -100;');

describe('drift in nftables mode', () => {
  it('takes from the table how Pods are told, where no configuration says it', async () => {
    const { status, out } = await drift(list);
    expect([status, out]).toEqual([0, expect.stringContaining('clusterCIDR 10.244.0.0/16')]);
  });

  it('compares priorities, however they are written', async () => {
    expect(byNumbers).not.toBe(list);
    expect((await drift(byNumbers, ...configured)).status).toBe(0);
    const moved = await drift(list.replace('hook output priority dstnat;', 'hook output priority 0;'), ...configured);
    expect([moved.status, moved.out]).toEqual([1, expect.stringContaining('priority 0; policy accept')]);
  });

  it("does not look for kube-proxy's rules of a family of which only others have a table", async () => {
    const { status } = await drift(`${list}\ntable inet mine {\n}\n`, ...configured);
    expect(status).toBe(0);
  });
});
