/** What the page says of a golden scenario is what the command line says. In parts, which run side by side. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseArguments } from '../../../src/commands/arguments.js';
import { explain as explainCommand } from '../../../src/commands/explain.js';
import { explore as exploreCommand } from '../../../src/commands/explore.js';
import { loadKnowledge } from '../../../src/commands/load-knowledge.js';
import { loadPage } from '../../../src/commands/page-inputs.js';
import { explain } from '../../../src/explain/explain.js';
import { documentOf } from '../../../src/explain/output/print.js';
import type { OverviewRow } from '../../../src/explain/types.js';
import type { Answer, NodeAnswer } from '../../../src/explore/answers.js';
import { everyNodeFor } from '../../../src/node/every-node.js';
import { Explorer } from '../../../src/explore/explorer.js';
import { scriptJson, type PageInputs } from '../../../src/explore/inputs.js';
import { printText } from '../../../src/explain/output/text.js';
import type { Outcome } from '../../../src/trace/outcome.js';
import { run } from '../../support/run.js';
import { expectTidy } from '../tidy.js';

const style = { colour: false, width: 100, tableWidth: Infinity };

/** The scenarios of a folder. */
export function scenariosIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}

/** The inputs of a scenario as words of a command. */
function wordsOf(directory: string): string[] {
  const [config, host] = [join(directory, 'kube-proxy.yaml'), join(directory, 'host.json')];
  const settings = join(directory, 'kubechains.yaml');
  return [
    ...(existsSync(settings) ? ['--settings', settings] : []),
    ...(existsSync(config) ? ['--config', config] : []),
    ...(existsSync(host) ? ['--host', host] : []),
    '--quiet',
    join(directory, 'objects.json'),
  ];
}

function value<Value>(answer: Answer<Value>): Value {
  if ('missing' in answer) throw new Error(answer.missing);
  return answer.value;
}

/** The Services; rules without a Service have no name to ask for. */
function namesOf({ services }: NodeAnswer): string[] {
  return [...new Set(services.map((row) => row.service))].filter((name) => /^[^ /]+\/[^ /]+$/.test(name));
}

/** Of the thousand Services of the large scenarios, which repeat a few kinds, every seventh. */
function someOf(names: readonly string[]): readonly string[] {
  return names.length < 100 ? names : names.filter((_, index) => index % 7 === 0);
}

/** Tests for one scenario. */
export function testScenario(directory: string): void {
  const words = wordsOf(directory);
  const explorer = new Explorer();
  let modes: readonly string[] = [];
  beforeAll(async () => {
    const { inputs } = await loadPage(parseArguments(exploreCommand, words), silent);
    const summary = await explorer.open(JSON.parse(scriptJson(inputs)) as PageInputs);
    const all = summary.modes.map(({ name }) => name);
    // Node ports that only userspace mode lets two Services have are rejected in the other modes.
    const rejected = directory.includes('same-node-port') ? all.filter((name) => name !== 'userspace') : [];
    modes = all.filter((name) => !rejected.includes(name));
  });

  it('every Service: the words of explain', async () => {
    expect(modes.length).toBeGreaterThan(0);
    for (const mode of modes) {
      const knowledge = await loadKnowledge(parseArguments(explainCommand, ['--mode', mode, ...words]), silent);
      if (knowledge === undefined) throw new Error('the command line rejects the objects');
      for (const name of someOf(namesOf(value(await explorer.node(mode))))) {
        const [namespace = '', service = ''] = name.split('/');
        const nodes = await everyNodeFor(knowledge.node, { namespace, name: service });
        const { explanation } = explain(
          { ...knowledge, nodes },
          { kind: 'service', namespace, service, port: undefined },
        );
        if (explanation === undefined) throw new Error(`the command line has no ${name}`);
        const { document, pictures } = value(await explorer.service(mode, name));
        expect(printText(document, style)).toBe(printText(documentOf(explanation), style));
        pictures.forEach(expectTidy);
        const sketch = await explorer.sketch(mode, name);
        if ('value' in sketch && !isDeepStrictEqual(sketch.value, pictures)) expect(sketch.value).toEqual(pictures);
      }
    }
  });

  it('the first Service in a process: explain, check and trace', async () => {
    for (const mode of modes) {
      const node = value(await explorer.node(mode));
      const overview = await run(['explain', '--format', 'json', '--mode', mode, ...words]);
      expect(node.services).toEqual((JSON.parse(overview.out) as { services: OverviewRow[] }).services);
      const [name] = namesOf(node);
      if (name === undefined) continue;
      const { document } = value(await explorer.service(mode, name));
      expect(printText(document, style)).toBe((await run(['explain', name, '--mode', mode, ...words])).out);
      const checked = await run(['check', name, '--format', 'json', '--mode', mode, ...words]);
      expect(value(await explorer.check(mode, name))).toEqual(JSON.parse(checked.out));
      await expectSameWays(explorer, mode, name, words);
    }
  });
}

/** The same outcomes with the same shares, or the same reason why nothing is walked. */
async function expectSameWays(explorer: Explorer, mode: string, name: string, words: readonly string[]): Promise<void> {
  const fields = { to: name, from: '', namespace: '', protocol: '', by: '' };
  const answer = await explorer.packet(mode, fields);
  const { status, out, err } = await run(['trace', '--to', name, '--format', 'json', '--mode', mode, ...words]);
  if ('missing' in answer) {
    expect({ status, err: err.toLowerCase() }).toEqual({
      status: 2,
      err: expect.stringContaining(answer.missing.toLowerCase().replace(/\.$/, '')) as string,
    });
    return;
  }
  const { outcomes, left } = answer.value;
  const told = (JSON.parse(out) as { outcomes: Outcome[] }).outcomes;
  const ways = new Set(told.map(({ verdict, destination }) => `${verdict} ${destination}`));
  expect(outcomes.length + left).toBe(ways.size);
  for (const { verdict, destination } of outcomes) expect(ways).toContain(`${verdict} ${destination}`);
}

const silent = {
  out: () => undefined,
  err: () => undefined,
  outIsTerminal: false,
  errIsTerminal: false,
  inIsTerminal: true,
  environment: {},
  workingDirectory: process.cwd(),
};
