import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Explorer } from '../../src/explore/explorer.js';
import { ensurePage } from '../support/page.js';
import { inputsOf } from '../support/page-inputs.js';
import { run } from '../support/run.js';

describe('kubechains explore', () => {
  let directory = '';
  beforeAll(ensurePage);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-explore-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('writes one page that holds the inputs', async () => {
    const file = join(directory, 'shop.html');
    const { status, out, err } = await run(['explore', '--output', file, 'examples/shop']);
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toContain('shop/web');
    const { title, texts } = inputsOf(readFileSync(file, 'utf8'));
    expect(title).toBe('examples/shop');
    expect(texts.map(({ name }) => name)).toContain('examples/shop/web.yaml');
    expect(readdirSync(directory)).toEqual(['shop.html']);
  });

  it('lets only its own script and style run, by their hashes', async () => {
    const { out } = await run(['explore', '--quiet', 'examples/shop']);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(out)?.[1] ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+';/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(out).not.toMatch(/(?:src|href)="(?!#|data:,)/);
  });

  it('weighs less than 700 kB', () => {
    expect(gzipSync(readFileSync(ensurePage())).length).toBeLessThan(700_000);
  });

  it('takes the options of the other commands with it', async () => {
    const words = ['--node', 'node-2', '--kube-version', '1.33', '--service-cidr', '10.96.0.0/16', '--mode', 'ipvs'];
    const { out } = await run(['explore', '--quiet', ...words, 'examples/shop']);
    const inputs = inputsOf(out);
    expect(inputs.options).toMatchObject({ node: 'node-2', kubeVersion: '1.33', serviceCIDRs: ['10.96.0.0/16'] });
    expect(await new Explorer().open(inputs)).toMatchObject({ node: 'node-2', mode: 'ipvs' });
  });

  it('holds no values of Secrets, neither of texts nor of files that kustomizations name', async () => {
    writeFileSync(
      join(directory, 'kustomization.yaml'),
      'resources: [a.yaml]\nsecretGenerator: [{name: b, envs: [b.env]}]',
    );
    writeFileSync(join(directory, 'b.env'), 'PASSWORD=hunter2\n');
    writeFileSync(
      join(directory, 'a.yaml'),
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter3}\n',
    );
    const { out, status } = await run(['explore', '--quiet', directory]);
    expect(status).toBe(0);
    expect(out).not.toContain('hunter');
    expect(out).toContain('PASSWORD=xxxxxxx');
  });

  it('takes dumps', async () => {
    const { out, status } = await run(['explore', 'golden/affinity/iptables.ipv4.save']);
    expect(status).toBe(0);
    expect(await new Explorer().open(inputsOf(out))).toMatchObject({ isDump: true, mode: 'iptables' });
  });

  it('takes the files that kustomizations name', async () => {
    mkdirSync(join(directory, 'base'));
    mkdirSync(join(directory, 'overlay'));
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}], selector: {a: b}}\n';
    writeFileSync(join(directory, 'base/web.yaml'), service);
    writeFileSync(join(directory, 'base/kustomization.yaml'), 'resources: [web.yaml]\n');
    writeFileSync(join(directory, 'overlay/kustomization.yaml'), 'resources: [../base]\nnamePrefix: new-\n');
    const { out } = await run(['explore', join(directory, 'overlay')]);
    const explorer = new Explorer();
    await explorer.open(inputsOf(out));
    const node = await explorer.node('iptables');
    expect('value' in node ? node.value.services.map(({ service: name }) => name) : node).toEqual(['default/new-web']);
  });

  it('writes nothing where the API server would reject an object', async () => {
    const [input, output] = [join(directory, 'bad.yaml'), join(directory, 'page.html')];
    writeFileSync(input, 'apiVersion: v1\nkind: Service\nmetadata: {name: UPPER}\nspec: {ports: [{port: 80}]}\n');
    const { status, err } = await run(['explore', '--output', output, input]);
    expect(status).toBe(2);
    expect(err).toContain(`${input}:3:`);
    expect(existsSync(output)).toBe(false);
  });

  it('sends no page to a terminal', async () => {
    const { status, err, out } = await run(['explore', 'examples/shop'], { outIsTerminal: true });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('--output node.html');
  });

  it.each([
    [['--serve', '--output', 'page.html', 'examples/shop'], /exclude each other/],
    [['--serve', '-'], /name some/],
    [['--serve', '--port', '70000', 'examples/shop'], /0 to 65535/],
    [['--serve', '--port', '-1', 'examples/shop'], /--port/],
    [['--port', '80', 'examples/shop'], /--port goes with --serve/],
  ])('refuses %j', async (words, message) => {
    const { status, err, out } = await run(['explore', ...words]);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
  });
});
