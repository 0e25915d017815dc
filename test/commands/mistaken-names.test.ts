/** Names and values that people write by mistake, each with the answer that helps them on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const directory = mkdtempSync(join(tmpdir(), 'kubechains-names-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function fileOf(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

const shop = fileOf(
  'shop.yaml',
  `apiVersion: v1
kind: Service
metadata: {name: api, namespace: webshop}
spec: {type: NodePort, selector: {app: api}, ports: [{port: 80, targetPort: 3000, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: payments, namespace: webshop}
spec: {type: ExternalName, externalName: pay.example.com}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: webshop}
spec: {defaultBackend: {service: {name: api, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: webshop}
spec: {podSelector: {}}
`,
);

/** What is said on standard error, for wrong usage. */
async function said(words: readonly string[]): Promise<string> {
  const { status, err } = await run([...words, shop]);
  expect(status).toBe(2);
  return err;
}

describe('names of other kinds', () => {
  it.each([
    ['check', ['check', '-q', 'ingress/shop']],
    ['check, in two words', ['check', '-q', 'ing', 'shop', '-n', 'webshop']],
  ])('%s names the Services of an Ingress', async (_, words) => {
    expect(await said(words)).toMatch(
      /^kubechains: ing(?:ress)?\/shop is Ingress webshop\/shop; give the Service that it sends to: webshop\/api$/m,
    );
  });

  it('says that there is no such Ingress', async () => {
    expect(await said(['check', '-q', 'ingress/other'])).toContain('the inputs contain none of that name');
  });

  it.each([
    ['check', ['check', '-q', 'netpol/api']],
    ['explain', ['explain', '-q', 'netpol/api']],
    ['explain, in two words', ['explain', '-q', 'networkpolicy', 'api', '-n', 'webshop']],
    ['trace --to', ['trace', '-q', '--to', 'netpol/api']],
    ['trace --from', ['trace', '-q', '--to', 'webshop/api', '--from', 'netpol/api']],
    ['trace in all namespaces', ['trace', '-q', '-A', '--to', 'netpol/api']],
  ])('%s takes no NetworkPolicy', async (_, words) => {
    expect(await said(words)).toMatch(
      /^kubechains: (?:--\w+: )?(?:netpol|networkpolicy)\/api names a NetworkPolicy, which is not a target; check svc\/NAME says/m,
    );
  });

  it('takes such a word for a namespace if it has Services', async () => {
    const nginx = fileOf(
      'ingress.yaml',
      'apiVersion: v1\nkind: Service\nmetadata: {name: nginx, namespace: ingress}\nspec: {ports: [{port: 80}]}\n',
    );
    const { out } = await run(['check', '-q', 'ingress/ngnix', nginx]);
    expect(out).toContain('did you mean ingress/nginx?');
  });

  it.each(['services', 'svc', 'Services'])('explain %s is about one object', async (word) => {
    expect(await said(['explain', '-q', word])).toContain(
      `"${word}" is a kind, and explain takes one object: svc/NAME; without a name, explain prints all Services`,
    );
  });

  it("takes services for kube-proxy's chain where it exists", async () => {
    const { status, out } = await run(['explain', '-q', 'services', '--mode', 'nftables', shop]);
    expect(status).toBe(0);
    expect(out).toContain('services');
  });
});

describe('names with a dot after svc/', () => {
  it.each([
    ['trace', ['trace', '-q', '--to', 'svc/api.webshop']],
    ['explain', ['explain', '-q', 'svc/api.webshop']],
    ['trace in all namespaces', ['trace', '-q', '-A', '--to', 'svc/api.webshop.svc:80']],
  ])('%s proposes the namespace', async (_, words) => {
    expect(await said(words)).toContain('did you mean svc/api -n webshop?');
  });

  it('check does so too', async () => {
    const { status, out } = await run(['check', '-q', 'svc/api.webshop', shop]);
    expect(status).toBe(1);
    expect(out).toContain('did you mean svc/api -n webshop?');
  });

  it('says how to write it if there is no such Service', async () => {
    expect(await said(['explain', '-q', 'svc/cart.other'])).toContain('for namespace other, write svc/cart -n other');
  });
});

describe('ports and hosts', () => {
  it('a number alone is a node port without its colon', async () => {
    expect(await said(['explain', '-q', '30080'])).toContain('a node port is written with a colon: :30080');
    expect(await said(['trace', '-q', '--to', '30080'])).toContain('a node port with a colon, :30080; not "30080"');
  });

  it('localhost is the node itself', async () => {
    const { status, out } = await run(['trace', '-q', '--to', 'localhost:30080', shop]);
    const local = await run(['trace', '-q', '--to', '127.0.0.1:30080', '--local', shop]);
    expect(status).toBe(0);
    expect(out).toContain('localhost is 127.0.0.1 of the node, so that the node itself sends it');
    expect(out.replace(/.*localhost is .*\n/, '')).toBe(local.out);
  });

  it('localhost of another client is no question about a node', async () => {
    expect(await said(['trace', '-q', '--to', 'localhost:80', '--from', '10.244.1.7'])).toContain(
      'localhost is the client itself',
    );
    expect(await said(['trace', '-q', '--to', 'webshop/api', '--from', 'localhost'])).toContain('give --local');
  });
});

describe('choices of options', () => {
  it.each([
    [
      ['--protocol', 'TCP'],
      ['--protocol', 'tcp'],
    ],
    [
      ['--ip-family', 'IPv4'],
      ['--ip-family', 'ipv4'],
    ],
    [
      ['--mode', 'IPVS'],
      ['--mode', 'ipvs'],
    ],
  ])('%j is accepted as Kubernetes writes it', async (written, usual) => {
    const words = ['trace', '-q', '--to', 'webshop/api', shop];
    const { status, out } = await run([...words, ...written]);
    expect(status).toBe(0);
    expect(out).toBe((await run([...words, ...usual])).out);
  });

  it('a list keeps what it does not know', async () => {
    expect(await said(['trace', '--to', 'any', '--protocol', 'UDP,TPC'])).toContain('not "UDP,TPC"');
  });
});

it('the alias of an ExternalName ends with one full stop', async () => {
  const { out } = await run(['check', '-q', 'svc/payments', '-n', 'webshop', shop]);
  expect(out).toContain('an alias for pay.example.com.\n');
});

it('one namespace is spoken of in the singular', async () => {
  expect(await said(['explain', '-q', '-n', 'default'])).toContain('there is webshop');
});

it.each([
  ['\tchain services {\n\t\tip daddr . meta l4proto . th dport vmap @service-ips\n\t}\n'],
  ['\t\tip daddr 10.96.0.10 tcp dport 53 goto external-ABC\n'],
  ['\tmap service-ips {\n\t\ttype ipv4_addr . inet_proto . inet_service : verdict\n\t}\n'],
])('a part of what nft prints is recognised: %j', async (text) => {
  const { err } = await run(['explain', fileOf('part.nft', text)]);
  expect(err.replace(/\s+/g, ' ')).toContain('a part of what nft prints, without its table: give all');
});
