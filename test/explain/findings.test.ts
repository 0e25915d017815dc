/**
 * Lint's findings about a Service's endpoints and the StatefulSets it selects are shown in the Service's explanation.
 */
import { run } from '../support/run.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-findings-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function explained(name: string, text: string): Promise<string> {
  const file = join(directory, 'a.yaml');
  writeFileSync(file, text);
  return (await run(['explain', '--quiet', name, file])).out.replaceAll(/\s+/g, ' ');
}

const service = (name: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {${spec}, ports: [{port: 80}]}\n---\n`;

it('an endpoint that is the cluster IP of another Service', async () => {
  const text = await explained(
    'shop/front',
    `${service('front', 'clusterIP: 10.96.8.8')}${service('back', 'clusterIP: 10.96.8.9, selector: {app: back}')}` +
      'apiVersion: v1\nkind: Endpoints\nmetadata: {name: front, namespace: shop}\n' +
      'subsets: [{addresses: [{ip: 10.96.8.9}], ports: [{port: 80}]}]\n',
  );
  expect(text).toContain('Findings of lint - "10.96.8.9" is the cluster IP of Service shop/back');
});

it('a StatefulSet that it selects and that names another Service', async () => {
  const text = await explained(
    'shop/db',
    service('db', 'clusterIP: None, selector: {app: db}') +
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\n' +
      'spec: {serviceName: other, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, ' +
      'spec: {containers: [{name: db, image: db, ports: [{containerPort: 80}]}]}}}\n',
  );
  expect(text).toContain('There is no Service "other" in namespace "shop"');
});
