/**
 * Services that the API server would reject: `generate` writes nothing, and commands about one other Service leave them
 * out and say so. A node port belongs to one Service (kubernetes.io, Service, "Choosing your own port").
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const service = (name: string, nodePort: number, clusterIP: string): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {type: NodePort, clusterIP: ${clusterIP}, ports: [{port: 80, nodePort: ${nodePort}}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: shop, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{port: 8080}]
endpoints: [{addresses: [10.244.1.5]}]
---
`;
const first = service('one', 30080, '10.96.0.1');
const second = service('two', 30080, '10.96.0.2');
const clash = first + second;
const web = service('web', 30081, '10.96.0.3');

let directory = '';
let file = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-rejected-'));
  file = join(directory, 'all.yaml');
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const about = (name: string): readonly (readonly string[])[] => [
  ['check', `svc/${name}`, '-n', 'shop'],
  ['explain', `svc/${name}`, '-n', 'shop'],
  ['explain', 'svc', name, '-n', 'shop'],
  ['trace', '--to', `shop/${name}`, '--local'],
];

describe('Services that clash with each other', () => {
  it('do not keep commands from another Service, and are named', async () => {
    writeFileSync(file, clash + web);
    for (const words of about('web')) {
      const { status, out, err } = await run([...words, file]);
      expect({ words, status }).toEqual({ words, status: 0 });
      expect(out).toContain('10.96.0.3');
      expect(err).toMatch(/all\.yaml:\d+:\d+: .*30080.* \(api\/node-port-conflict\); the object is left out/);
    }
  });

  it('are rejected where one of them is asked about, by generate, and where everything is', async () => {
    writeFileSync(file, clash + web);
    for (const words of [...about('two'), ['generate'], ['explain'], ['trace', '--to', '10.96.0.3:80', '--local']]) {
      const { status, out, err } = await run([...words, file]);
      expect({ words, status, out }).toEqual({ words, status: 2, out: '' });
      expect(err).toContain('Nothing done: 1 error the API server would reject.');
    }
  });

  it('give the same answer as without the one that is rejected', async () => {
    for (const words of about('web')) {
      writeFileSync(file, clash + web);
      const beside = await run([...words, file]);
      writeFileSync(file, first + second.replace(/./g, '') + web);
      expect(beside.out).toBe((await run([...words, file])).out);
    }
  });

  it('do not hide an error of a Node or of the text', async () => {
    writeFileSync(file, `${web}apiVersion: v1\nkind: Node\nmetadata: {name: n}\nspec: {podCIDR: 10.244.1.0}\n`);
    for (const words of about('web')) expect((await run([...words, file])).status).toBe(2);
    writeFileSync(file, `${web}a: [\n`);
    for (const words of about('web')) expect((await run([...words, file])).status).toBe(2);
  });
});
