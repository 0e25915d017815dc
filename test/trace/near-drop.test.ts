import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const dump = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-FIREWALL - [0:0]
-A OUTPUT -j KUBE-FIREWALL
-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
COMMIT
`;

it('a rule that nearly dropped a packet is no reason for what became of it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-near-'));
  const file = join(directory, 'node.save');
  writeFileSync(file, dump);
  const { out } = await run(['trace', '--local', '--from', '172.16.0.1', '--to', '10.111.125.209:80', file]);
  rmSync(directory, { recursive: true });
  expect(out).toContain('No rule changes its destination');
  expect(out).not.toContain('Nearly');
});
