import { filledPage } from '../explore/fill.js';
import { readPage } from '../files/page.js';
import { defaultMode, modes } from '../pipeline/modes.js';
import { clusterOptions, nodeOptions, settingsOptions, quietOption } from './cluster-options.js';
import { renderOptions } from './render-option.js';
import { UsageError, type Command } from './command.js';
import { tellLoaded } from './load-node.js';
import { defaultPort, loadPage } from './page-inputs.js';
import { writeOutput } from './write-output.js';

export const explore: Command = {
  name: 'explore',
  summary: 'write one HTML page that shows Services, chains and rules as pictures',
  usage: '[--output FILE | --serve [--port PORT]] INPUT…',
  description: `Writes one HTML page with the inputs and the whole library. It works from disk, loads nothing and sends
nothing, so you can attach it to a ticket. The page shows each Service as a picture (clients, addresses, chains,
endpoints by node, shares), what is wrong, the rules with explanations, and the findings of lint, in each proxy mode.
It contains the text of all inputs, without the values of Secrets: look through it before you pass it on.
INPUT is manifests, a node's dump (iptables-save; of IPVS nodes with ipset save and ipvsadm -S -n), or both.`,
  options: [
    { name: 'output', short: 'o', value: 'FILE', description: 'write to FILE instead of standard output' },
    { name: 'serve', description: 'show the page to browsers on this machine, and reload it when the inputs change' },
    {
      name: 'port',
      value: 'PORT',
      description: `with --serve: the port of 127.0.0.1 (default ${defaultPort}; 0: any)`,
    },
    {
      name: 'mode',
      choices: Object.keys(modes),
      value: 'MODE',
      description: `for manifests: the proxy mode shown first (default: the configuration's, else ${defaultMode.name})`,
    },
    {
      name: 'cluster-domain',
      value: 'DOMAIN',
      description: "the domain of the cluster's DNS (default: cluster.local)",
    },
    ...nodeOptions,
    ...renderOptions,
    ...clusterOptions,
    ...settingsOptions,
    quietOption,
  ],
  examples: [
    { description: 'a page of a folder of manifests', command: 'kubechains explore --output node.html k8s/' },
    { description: 'look while you write', command: 'kubechains explore --serve k8s/' },
    {
      description: 'a page of what a node has now',
      command: 'sudo iptables-save | kubechains explore --output node.html -',
    },
  ],
  run: async (args, io) => {
    if (args.has('serve')) return (await import('./explore-serve.js')).servePage(args, io, builtPage());
    if (args.has('port')) throw new UsageError('--port goes with --serve');
    if (!args.has('output') && io.outIsTerminal)
      throw new UsageError(
        'the page is for a browser, not for a terminal: name a file with --output node.html, or use --serve',
      );
    const page = builtPage();
    const loaded = await loadPage(args, io);
    if (loaded.node === undefined) return 2;
    if (!args.has('quiet')) tellLoaded(loaded.node, io);
    writeOutput(filledPage(page, loaded.inputs), args, io);
    return 0;
  },
};

function builtPage(): string {
  const page = readPage();
  if (page !== undefined) return page;
  throw new UsageError('this copy of kubechains has no page, as it was not built: npm run build makes it');
}
