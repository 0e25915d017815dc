import { filledPage, servedPage } from '../explore/fill.js';
import { watchFiles } from '../files/watch.js';
import { PageServer } from '../serve/server.js';
import { UsageError, type Arguments, type ExitStatus, type Io } from './command.js';
import { describeFailure } from './failure.js';
import { tellLoaded } from './load-node.js';
import { defaultPort, loadPage } from './page-inputs.js';

/** Serves the page until the process is stopped; `page` is the built page. Throws UsageError. */
export async function servePage(args: Arguments, io: Io, page: string): Promise<ExitStatus> {
  checkOptions(args);
  const empty = servedPage(page, '/changes');
  const first = await loadPage(args, io);
  if (first.node !== undefined && !args.has('quiet')) tellLoaded(first.node, io);
  let current = filledPage(empty, first.inputs);
  const server = new PageServer({ page: () => current });
  const port = await listen(server, portOption(args));
  const watched = [...args.positionals, ...args.values('host'), ...first.inputs.files.map(({ name }) => name)];
  const config = args.value('config');
  const watch = watchFiles(config === undefined ? watched : [...watched, config], () => {
    void readAnew(args, io).then((read) => {
      if ('problem' in read) server.tellProblem(read.problem);
      else {
        current = filledPage(empty, read.inputs);
        server.tellChange();
      }
    });
  });
  io.err(`The page is at http://127.0.0.1:${port}/ (Ctrl-C ends).\n`);
  await untilStopped();
  watch.close();
  await server.close();
  return 0;
}

function checkOptions(args: Arguments): void {
  if (args.has('output')) throw new UsageError('--output and --serve exclude each other');
  if (args.positionals.length === 0 || args.positionals.includes('-'))
    throw new UsageError('--serve watches files: name some, since standard input can be read only once');
}

function portOption(args: Arguments): number {
  const text = args.value('port') ?? String(defaultPort);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65536;
  if (port < 65536) return port;
  throw new UsageError(`--port takes a number from 0 to 65535; not ${JSON.stringify(text)}`);
}

async function listen(server: PageServer, port: number): Promise<number> {
  try {
    return await server.listen(port);
  } catch (error) {
    if (!describeFailure(error).isSystem) throw error;
    throw new UsageError(`port ${port} of 127.0.0.1 is taken or not allowed; choose another with --port (0: any)`);
  }
}

/** If the inputs cannot be read at this moment, for instance because a file is gone, the page says so. */
async function readAnew(
  args: Arguments,
  io: Io,
): Promise<Awaited<ReturnType<typeof loadPage>> | { readonly problem: string }> {
  try {
    return await loadPage(args, io);
  } catch (error) {
    const problem = describeFailure(error).message;
    io.err(`kubechains: ${problem}\n`);
    return { problem };
  }
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
}
