/** A folder with a node's dumps and host facts is read like the single files. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const folder = mkdtempSync(join(tmpdir(), 'dump-folder-'));
beforeAll(() => {
  copyFileSync('golden/nodeport/iptables.ipv4.save', join(folder, 'node.save'));
  writeFileSync(
    join(folder, 'host.json'),
    '[{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.168.0.2"}]}]',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a folder of dumps', () => {
  it('is linted', async () => {
    const { out, err } = await run(['lint', '--no-settings', folder]);
    expect([out, err]).toEqual([
      expect.stringContaining('in 2 files'),
      expect.not.stringContaining('nothing was checked'),
    ]);
  });

  it('is explained', async () => {
    const [own, file] = [
      await run(['explain', '-q', '--no-settings', folder]),
      await run(['explain', '-q', '--no-settings', join(folder, 'node.save')]),
    ];
    expect([own.status, own.out]).toEqual([0, file.out]);
  });

  it('is a side of diff, and says which tables come twice', async () => {
    const words = [
      'diff',
      '--no-settings',
      '--config',
      'golden/nodeport/kube-proxy.yaml',
      'golden/nodeport/objects.json',
      folder,
    ];
    expect((await run(words)).status).toBe(0);
    copyFileSync('golden/affinity/iptables.ipv4.save', join(folder, 'other.save'));
    const twice = await run(words);
    expect(twice.err).toMatch(/other\.save" holds the ipv4 table .* once more; the first one counts/);
  });
});
