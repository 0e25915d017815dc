/** The output of `kubechains migrate` in each format, for the example of docs/migrate.md. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Outcome } from '../support/run.js';

const manifests = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/migrate.md', 'utf8'))?.[1] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'migrate-'));
const file = join(folder, 'services.yaml');
writeFileSync(file, manifests);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function migrate(...words: string[]): Promise<Outcome> {
  return run(['migrate', '--no-settings', '--quiet', '--to', 'nftables', ...words, file]);
}

interface Entry {
  readonly service: string;
  readonly kind: string;
  readonly severity: string;
  readonly packets: Readonly<Record<'source' | 'destination' | 'protocol' | 'destinationPort', readonly string[]>>;
  readonly witness: { readonly source: string; readonly destination: string; readonly inInterface: string | null };
  readonly before: readonly { readonly verdict: string }[];
  readonly after: readonly { readonly verdict: string }[];
}

describe('text', () => {
  it('says of a packet that no rule redirects that it is unchanged, not that it arrives', async () => {
    const { out } = await migrate();
    const lines = out
      .split('\n')
      .slice(out.split('\n').findIndex((line) => line.includes('cluster-ip-unused-ports (')));
    expect(lines.find((line) => line.includes('before:'))).toMatch(
      /before: to 10\.96\.0\.50:\d+, unchanged \(no rule sends it to an endpoint\)$/,
    );
  });
});

describe('json', () => {
  it('holds every difference with its kind, its packets and a witness that fares as told', async () => {
    const { status, out } = await migrate('--format', 'json');
    const report = JSON.parse(out) as { alike: boolean; from: object; to: object; differences: Entry[] };
    expect([status, report.alike]).toEqual([1, false]);
    expect([report.from, report.to]).toEqual([
      { mode: 'iptables', version: '1.36' },
      { mode: 'nftables', version: '1.36' },
    ]);
    const stopping = report.differences.filter(({ severity }) => severity === 'stops');
    expect(new Set(stopping.map(({ kind }) => kind))).toEqual(new Set(['localhost-node-ports']));
    for (const { before, after, witness, packets } of stopping) {
      expect([before.map(({ verdict }) => verdict), after.map(({ verdict }) => verdict)]).toEqual([
        ['ACCEPT'],
        ['REJECT'],
      ]);
      expect([witness.destination, packets.destinationPort]).toEqual(['127.0.0.1:30080', ['30080']]);
    }
    // `ip route get 127.0.0.1` prints `src 127.0.0.1`.
    const own = stopping.filter(({ witness }) => witness.inInterface === null);
    expect(new Set(own.map(({ witness }) => witness.source))).toEqual(new Set(['127.0.0.1']));
  });

  it('is narrowed to one Service', async () => {
    const { status, out } = await migrate('--format', 'json', '--service', 'shop/web');
    const { differences } = JSON.parse(out) as { differences: Entry[] };
    expect([status, new Set(differences.map(({ service }) => service.split(':')[0]))]).toEqual([
      1,
      new Set(['shop/web']),
    ]);
  });
});

describe('sarif', () => {
  it('points at the line that is to blame', async () => {
    const { out } = await migrate('--format', 'sarif');
    const { runs } = JSON.parse(out) as {
      runs: {
        results: {
          ruleId: string;
          level: string;
          locations: { physicalLocation: { region: { startLine: number } } }[];
        }[];
      }[];
    };
    const lines = (runs[0]?.results ?? []).map(({ ruleId, level, locations }) => [
      ruleId,
      level,
      manifests.split('\n')[(locations[0]?.physicalLocation.region.startLine ?? 0) - 1]?.trim(),
    ]);
    expect(lines).toContainEqual([
      'migrate/localhost-node-ports',
      'error',
      'ports: [{port: 80, targetPort: 8080, nodePort: 30080}]',
    ]);
  });
});

describe('markdown', () => {
  it('links each kind to its page, worst first', async () => {
    const { out } = await migrate('--format', 'markdown');
    const headings = [...out.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    expect(headings[0]).toBe('Stops working');
    expect(out).toMatch(/- \[localhost-node-ports\]\(https:\/\/\S+\/docs\/migrate\/localhost-node-ports\.md\)/);
  });
});

describe('--stat and --fail-on', () => {
  it('prints a line a Service', async () => {
    const { out } = await migrate('--stat');
    expect(out.split('\n')[0]).toMatch(/^shop\/web {2}stops: localhost-node-ports; changes: .*cluster-ip-unused-ports/);
  });

  it('fails where anything changes only if asked', async () => {
    const to = ['--to', 'iptables', '--from', 'iptables'];
    const alike = await run(['migrate', '--no-settings', '--quiet', ...to, '--fail-on', 'changes', file]);
    expect([alike.status, alike.out]).toEqual([0, expect.stringContaining('nothing changes for traffic')]);
    const without = manifests.replace('  type: NodePort\n', '').replace(', nodePort: 30080', '');
    writeFileSync(file, without);
    const [usual, strict] = [await migrate(), await migrate('--fail-on', 'changes')];
    writeFileSync(file, manifests);
    expect([usual.status, strict.status]).toEqual([0, 1]);
  });
});
