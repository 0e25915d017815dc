/** The page from the library equals the page of the command. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as library from '../../src/index.js';
import { inputsOf } from '../support/page-inputs.js';
import { ensurePage } from '../support/page.js';
import { run } from '../support/run.js';

const texts = (...files: readonly string[]): library.SourceText[] =>
  files.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
const shop = readdirSync('examples/shop')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join('examples/shop', name));

/** Both pages are compared with a short message: they have 2 MB. */
function expectSame(page: string, other: string): void {
  expect(inputsOf(page)).toEqual(inputsOf(other));
  expect(page === other).toBe(true);
}

beforeAll(ensurePage);

it('makes the page of the command', async () => {
  const { out } = await run(['explore', '--quiet', ...shop]);
  expectSame(await library.explore(texts(...shop)), out);
});

it('takes the options of the command', async () => {
  const { out } = await run([
    ...['explore', '--quiet', '--mode', 'nftables', '--node', 'node-2', '--kube-version', '1.30', '--no-plan'],
    ...['--service-cidr', '10.96.0.0/12', '--ip-family', 'ipv4', '--cluster-domain', 'example.org', ...shop],
  ]);
  const kubeVersion = library.parseVersion('1.30');
  const range = library.parsePrefix('10.96.0.0/12');
  if (kubeVersion === undefined || range === undefined) throw new Error('no version');
  const page = await library.explore(texts(...shop), {
    mode: 'nftables',
    node: 'node-2',
    kubeVersion,
    plan: false,
    serviceCIDRs: [range],
    ipFamily: 'ipv4',
    clusterDomain: 'example.org',
  });
  expectSame(page, out);
});

it('holds no value of a Secret, and takes a page of its own', async () => {
  const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n';
  const page = await library.explore([{ name: '</script>.yaml', text }], { page: '<p>%INPUTS%</p>' });
  expect(page).toMatch(/^<p>\{"title":"\\u003c\/script\\u003e\.yaml",.*password: xxxxxxx.*<\/p>$/);
  await expect(library.explore([], { page: 'no place' })).rejects.toThrow(
    'explore({ page }) takes the text of kubechains/explorer.html; not "no place"',
  );
});
