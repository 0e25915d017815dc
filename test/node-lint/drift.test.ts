import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lintNodes } from '../../src/node-lint/run.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import type { SourceText } from '../../src/manifests/types.js';
import { findRule } from '../../src/review/catalogue.js';
import { lintDump } from '../support/node-lint.js';

const { good = '' } = findRule('node/drift')?.documentation ?? {};

async function driftIn(manifests: readonly SourceText[], dumps: readonly SourceText[]): Promise<string[]> {
  const { findings } = await lintNodes(dumps, { manifests: readManifests(manifests) });
  return findings.filter(({ rule }) => rule === 'node/drift').map(({ message }) => message);
}

function textsIn(folder: string, wanted: RegExp): SourceText[] {
  return readdirSync(folder)
    .filter((name) => wanted.test(name))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}

describe('node/drift', () => {
  const scenarios = readdirSync('golden')
    .map((name) => join('golden', name))
    .filter((folder) => statSync(folder).isDirectory())
    .filter((_, index) => index % 4 === 0);

  it.each(scenarios)('finds none between %s and what kube-proxy made of it', async (folder) => {
    const manifests = textsIn(folder, /\.ya?ml$/);
    expect(manifests.length).toBeGreaterThan(0);
    for (const dump of [/^iptables\..*\.save$/, /^ipvs\..*\.(?:save|ipset|ipvsadm)$/])
      expect(await driftIn(manifests, textsIn(folder, dump))).toEqual([]);
  });

  it('says which Service, at its rule, and what clients notice', async () => {
    const [finding] = (await lintDump(good.replace('10.244.1.15]', '10.244.1.16]'))).filter(
      ({ rule }) => rule === 'node/drift',
    );
    expect(finding).toMatchObject({
      severity: 'warning',
      file: 'node.save',
      object: { kind: 'Service', namespace: 'shop', name: 'web' },
    });
    expect(finding?.message).toContain('shop/web:http is not as in the manifests: ');
  });

  it('says nothing where manifests say nothing of endpoints, or are refused', async () => {
    const [service = ''] = good.split('---');
    const save = { name: 'node.save', text: good.split('# node.save\n')[1] ?? '' };
    expect(await driftIn([{ name: 'shop.yaml', text: service }], [save])).toEqual([]);
    const refused = good.split('# node.save\n')[0]?.replace('port: 80\n', 'port: 80000\n') ?? '';
    expect(await driftIn([{ name: 'shop.yaml', text: refused }], [save])).toEqual([]);
  });
});
