import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckReport } from '../../src/check/types.js';
import { run } from '../support/run.js';

const dump = 'golden/nodeport/iptables.ipv4.save';
const objects = 'golden/nodeport/objects.json';

describe('kubechains check', () => {
  it('exits with 1 where a check failed, with 0 where none did', async () => {
    const { status, out } = await run(['check', '-q', 'svc', 'web', '-n', 'shop', 'examples/shop']);
    expect(status).toBe(0);
    expect(out).toContain('Service shop/web: none of 12 checks failed');
    const missing = await run(['check', '-q', 'shop/wbe', 'examples/shop']);
    expect(missing.status).toBe(1);
    expect(missing.out).toContain('did you mean shop/web?');
  });

  it.each([
    ['iptables', [dump]],
    ['ipvs', ['save', 'ipset', 'ipvsadm'].map((format) => `golden/nodeport/ipvs.ipv4.${format}`)],
  ])('checks a dump in %s mode, and says what rules cannot show', async (mode, inputs) => {
    const { out } = await run(['check', '--format', 'json', 'default/web', ...inputs, objects]);
    const report = JSON.parse(out) as CheckReport;
    expect([report.source, report.mode, report.first]).toEqual(['dump', mode, undefined]);
    expect(report.checks.find(({ id }) => id === 'rules')?.status).toBe('ok');
  });

  it("does not take another Service's cluster IP for an endpoint", async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-check-'));
    const port = 'ports: [{port: 80}]';
    const objects = [
      `{apiVersion: v1, kind: Service, metadata: {name: front}, spec: {clusterIP: 10.96.0.8, ${port}}}`,
      `{apiVersion: v1, kind: Service, metadata: {name: back}, spec: {clusterIP: 10.96.0.9, ${port}}}`,
      `{apiVersion: v1, kind: Endpoints, metadata: {name: front}, subsets: [{addresses: [{ip: 10.96.0.9}], ${port}}]}`,
    ];
    writeFileSync(join(directory, 'all.yaml'), objects.join('\n---\n'));
    const { out, status } = await run(['check', '-q', 'svc/front', join(directory, 'all.yaml')]);
    rmSync(directory, { recursive: true });
    expect(status).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('FAILED It has endpoints "10.96.0.9" is the cluster IP of Service back');
  });

  it('checks what nft lists', async () => {
    const { out: list } = await run(['generate', '-q', '--mode', 'nftables', objects]);
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-check-'));
    const file = join(directory, 'node.nft');
    writeFileSync(file, list);
    const { out, status } = await run(['check', '--format', 'json', 'default/web', file, objects]);
    rmSync(directory, { recursive: true });
    const report = JSON.parse(out) as CheckReport;
    expect([status, report.source, report.mode]).toEqual([0, 'dump', 'nftables']);
    expect(report.checks.find(({ id }) => id === 'rules')?.status).toBe('ok');
  });

  it('of a dump alone, what needs manifests is unknown', async () => {
    const { out, status } = await run(['check', '--format', 'json', 'default/web', dump]);
    const { checks } = JSON.parse(out) as CheckReport;
    expect(status).toBe(0);
    expect(checks.filter(({ status: one }) => one === 'ok').map(({ id }) => id)).toEqual([
      'exists',
      'endpoints',
      'rules',
      'from-pod',
      'from-node',
      'from-outside',
    ]);
  });

  it('fails where a dump has no rules for a Service of the manifests', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-check-'));
    const file = join(directory, 'more.yaml');
    writeFileSync(
      file,
      'apiVersion: v1\nkind: Service\nmetadata: {name: late}\nspec: {clusterIP: 10.96.7.7, ports: [{port: 80}]}\n',
    );
    const { out, status } = await run(['check', '--format', 'json', 'default/late', dump, file]);
    rmSync(directory, { recursive: true });
    const { checks } = JSON.parse(out) as CheckReport;
    expect(status).toBe(1);
    expect(checks.find(({ id }) => id === 'rules')).toMatchObject({ status: 'failed' });
  });

  it('prints Markdown that no name of an input can break out of', async () => {
    const { out } = await run(['check', '-q', '--format', 'markdown', 'shop/web', 'examples/shop']);
    expect(out).toContain('| | check | what was found |');
    expect(out.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(13);
  });

  it.each([
    [[], 'no Service: write kubechains check'],
    [['examples/shop'], 'is not a Service: write svc/NAME[:PORT]'],
    [['deploy/web', '-n', 'shop', 'examples/shop'], 'check takes a Service'],
    [['-A', 'svc/none', 'examples/shop'], 'there is no Service none'],
  ])('%j is bad usage that says what to do', async (words, message) => {
    const { status, err, out } = await run(['check', ...words]);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});
