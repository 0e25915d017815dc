import { request } from 'node:http';
import { PageServer } from '../../src/serve/server.js';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

describe('the server of the page', () => {
  let server: PageServer;
  let port = 0;
  beforeEach(async () => {
    server = new PageServer({ page: () => ['<p>', 'page', '</p>'] });
    port = await server.listen(0);
  });
  afterEach(() => server.close());

  function ask(path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
    const { method = 'GET', host = `localhost:${port}` } = options;
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, headers: { host } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
        });
      })
        .on('error', reject)
        .end();
    });
  }

  it('sends the page, never to be kept or framed', async () => {
    expect(await ask('/')).toMatchObject({
      status: 200,
      text: '<p>page</p>',
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': "frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      },
    });
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('answers under its own name %s', async (name) => {
    expect((await ask('/', { host: `${name}:${port}` })).status).toBe(200);
  });

  it.each(['example.com', `localhost.example.com`, 'localhost@example.com', '127.0.0.1.example.com', ':80'])(
    'answers nobody under the name %j',
    async (host) => {
      expect(await ask('/', { host })).toMatchObject({ status: 403 });
      expect(await ask('/changes', { host })).toMatchObject({ status: 403 });
    },
  );

  it('is only read, and has one page', async () => {
    expect((await ask('/', { method: 'POST' })).status).toBe(405);
    expect((await ask('/../etc/passwd')).status).toBe(404);
  });

  it('tells of changes, and ends what is open when it closes', async () => {
    const heard = new Promise<string>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/changes' }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          if (text === '') server.tellChange();
          text += part;
          if (text.includes('data:')) void server.close();
        });
        response.on('close', () => {
          resolve(text);
        });
      })
        .on('error', reject)
        .end();
    });
    expect(await heard).toBe(':\n\ndata: changed\n\n');
  });

  it('says which ports are taken', async () => {
    const second = new PageServer({ page: () => [] });
    await expect(second.listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
