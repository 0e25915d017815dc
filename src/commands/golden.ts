import { printable } from '../diagnostics/terminal.js';
import { basename, extname, join } from 'node:path';
import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { explainError } from '../files/unreadable.js';
import { leadsOut } from '../files/links.js';
import { namesIn } from '../files/listing.js';
import { parseOutput } from '../golden/output.js';
import { noSettings, type Settings } from '../lint/settings.js';
import { settingsFileName } from '../lint/settings-name.js';
import { clusterFacts, findSettings } from './cluster-facts.js';
import { clusterOptions } from './cluster-options.js';
import { UsageError, type Arguments, type Command, type Io } from './command.js';
import { compareScenario } from './golden-scenario.js';
import { reportOutcome, type Compared, type Outcome } from './golden-report.js';
import { updateScenarios } from './golden-update.js';
import { Progress } from './progress.js';
import { checkedSettings, readOneFile } from './settings-file.js';
import { tellSkipped } from './tell.js';

export const golden: Command = {
  name: 'golden',
  summary: 'snapshot generated rules; fail when they change',
  usage: 'check|update [--scenario NAME] [DIR]',
  description: `Every folder below DIR (default: golden) is a scenario. It contains manifests (*.yaml, *.yml, *.json, also in
subfolders) and the files generated from them, named MODE.FAMILY.FORMAT as by generate --output-dir.
kube-proxy.yaml is the scenario's KubeProxyConfiguration (--config) and host.json the node's facts (--host). A DIR
without folders is itself a scenario.

check generates again and prints a unified diff for each file that differs. Missing files, and files that it would not
generate, also count as differences. update writes the missing and changed files and removes the others, all or nothing.

kubechains.yaml, in the scenario or the nearest folder above, sets the cluster (kubeVersion, serviceCIDR,
serviceNodePortRange) and which files each scenario needs (golden: {modes, formats, families}). Without golden, a
scenario needs the modes and formats of its files, in every family; a scenario without files needs the default format of
its mode.

Exit status: 0 no differences, 1 differences, 2 bad usage or rejected inputs (the other scenarios are still
checked).`,
  options: [
    {
      name: 'scenario',
      short: 's',
      value: 'NAME',
      multiple: true,
      description: 'only the scenario of this name; may be given again',
    },
    {
      name: 'settings',
      value: 'FILE',
      description: 'settings (default: the nearest kubechains.yaml from the scenario upward)',
    },
    ...clusterOptions,
    { name: 'quiet', short: 'q', description: 'with check, name the files that differ, without diffs' },
  ],
  firstWords: ['check', 'update'],
  examples: [
    { description: 'fail when a change alters the rules in golden/', command: 'kubechains golden check' },
    { description: 'accept the changes', command: 'kubechains golden update' },
    {
      description: 'what an upgrade of the cluster would change',
      command: 'kubechains golden check --kube-version 1.34 test/rules',
    },
  ],
  run: async (args, io) => {
    const [verb, directory = 'golden', ...more] = args.positionals;
    if ((verb !== 'check' && verb !== 'update') || more.length > 0) throw new UsageError(explainVerb(verb));
    const outcome = await compareAll(args, io, directory);
    return verb === 'check' ? reportOutcome(outcome, args, io, directory) : updateScenarios(outcome, io);
  },
};

function explainVerb(verb = ''): string {
  const near = nearest(verb, ['check', 'update']);
  const given = verb === '' || verb === 'check' || verb === 'update' ? '' : `; not ${quote(verb)}`;
  const hint = near === undefined || given === '' ? '' : ` (did you mean ${near}?)`;
  return `golden takes check or update, then at most one folder${given}${hint}; see kubechains golden --help`;
}

async function compareAll(args: Arguments, io: Io, directory: string): Promise<Outcome> {
  const settings = new SettingsReader(args, io);
  const progress = new Progress(io);
  const scenarios: Compared[] = [];
  let failures = 0;
  for (const scenario of scenarioDirectories(directory, args.values('scenario'))) {
    progress.stage(`generating ${scenario}`);
    const found = await settings.of(scenario);
    const facts = clusterFacts(args, found.facts);
    try {
      const {
        comparisons,
        skipped,
        failures: refused,
      } = await compareScenario(scenario, { facts, wishes: found.golden });
      progress.clear();
      tellSkipped(skipped, io);
      for (const failure of refused) io.err(`${printable(scenario)}: ${failure}.\n`);
      scenarios.push({ directory: scenario, comparisons });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      progress.clear();
      io.err(`${error.message}\n`);
      failures++;
    }
  }
  return { scenarios, failures };
}

/** Reads each settings file once. Throws UsageError for mistakes in one. */
class SettingsReader {
  private readonly read = new Map<string, Settings>();

  constructor(
    private readonly args: Arguments,
    private readonly io: Io,
  ) {}

  async of(directory: string): Promise<Settings> {
    const file = this.args.value('settings') ?? findSettings(directory, this.io);
    if (file === undefined) return noSettings;
    const settings = this.read.get(file) ?? checkedSettings(await readOneFile(file, this.io));
    this.read.set(file, settings);
    return settings;
  }
}

function scenarioDirectories(directory: string, chosen: readonly string[]): readonly string[] {
  const { files, directories, outside } = listed(directory);
  // An entry that looks like a file is reported with its scenario.
  const [foreign] = outside.filter((name) => extname(name) === '');
  if (foreign !== undefined) throw new UsageError(`${printable(join(directory, foreign))}: not looked at: ${leadsOut}`);
  const isScenario =
    directories.length === 0 &&
    files.some(
      (name) => parseOutput(name) !== undefined || (/\.(?:ya?ml|json)$/i.test(name) && name !== settingsFileName),
    );
  const all = isScenario ? [basename(directory)] : directories;
  const unknown = chosen.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`${printable(directory)}: there is no scenario ${printable(unknown)}`);
  if (all.length === 0)
    throw new UsageError(
      `${printable(directory)}: holds no scenario; make a folder with manifests in it, then kubechains golden update ${printable(directory)}`,
    );
  if (isScenario) return [directory];
  return all.filter((name) => chosen.length === 0 || chosen.includes(name)).map((name) => join(directory, name));
}

function listed(directory: string): ReturnType<typeof namesIn> {
  try {
    return namesIn(directory);
  } catch (error) {
    throw new UsageError(`${printable(directory)}: ${explainError(error)}`);
  }
}
