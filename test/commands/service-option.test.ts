/** `diff --service` and `migrate --service` accept every name of a Service. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

describe('--service', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-service-'));
  const [before, after] = [join(directory, 'before.yaml'), join(directory, 'after.yaml')];
  beforeAll(() => {
    const text = ['cart', 'web', 'nodes']
      .map((name) => readFileSync(`examples/shop/${name}.yaml`, 'utf8'))
      .join('---\n');
    writeFileSync(before, text);
    writeFileSync(after, text.replace(/port: 9000/g, 'port: 9001').replace(/port: 80$/gm, 'port: 81'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['shop/cart'],
    ['svc/cart', '-n', 'shop'],
    ['cart', '-n', 'shop'],
    ['cart', '-A'],
    ['cart.shop'],
    ['cart.shop.svc.cluster.local'],
  ])('diff takes %s %s %s', async (...words) => {
    const { out, status } = await run(['diff', '-q', '--stat', before, after, '--service', ...words]);
    expect(status).toBe(1);
    expect(out).toContain('shop/cart:grpc');
    expect(out).not.toContain('shop/web');
  });

  it('takes an address of it', async () => {
    const { out } = await run(['diff', '-q', '--stat', before, after, '--service', '10.96.0.50']);
    expect(out).toContain('shop/web');
    expect(out).not.toContain('shop/cart');
  });

  it.each([
    [['crat', '-n', 'shop'], 'there is no Service shop/crat; did you mean shop/cart?'],
    [['cart'], 'of that name there is shop/cart (choose with -n NAMESPACE)'],
    [['node/node-1'], '"node/node-1" is not a Service, but node node-1'],
    [['192.0.2.1'], "is not a Service's address"],
    [['a b'], '--service takes NAMESPACE/NAME, svc/NAME or NAME, of a Service; not "a b"'],
  ])('%s is refused with what there is', async (words, message) => {
    const { status, err } = await run(['diff', '-q', before, after, '--service', ...words]);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('migrate takes the same', async () => {
    const own = await run(['migrate', '-q', '--to', 'nftables', '--service', 'web', '-n', 'shop', before]);
    expect(own.out).toContain('1 of ');
    const wrong = await run(['migrate', '-q', '--to', 'nftables', '--service', 'wbe', '-n', 'shop', before]);
    expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('did you mean shop/web?')]);
  });
});
