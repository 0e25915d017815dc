import { printable } from '../diagnostics/terminal.js';
import { append } from '../diagnostics/extremes.js';
import { join } from 'node:path';
import { readInputs } from '../files/inputs.js';
import { diskFiles } from '../files/kustomize-files.js';
import { leadsOut } from '../files/links.js';
import { namesIn } from '../files/listing.js';
import { compareOutputs, type Comparison, type OutputText } from '../golden/compare.js';
import { parseOutput } from '../golden/output.js';
import { wantedFormats, type Wishes } from '../golden/wanted.js';
import type { ClusterFacts } from '../lint/context.js';
import { settingsFileName } from '../lint/settings-name.js';
import { parseManifests } from '../manifests/read.js';
import type { SkippedInput, SourceText } from '../manifests/types.js';
import { families } from '../net/address.js';
import { completeCluster, type Completed } from '../pipeline/complete.js';
import { generateRules } from '../pipeline/generate.js';
import { defaultMode, modeNamed, modes } from '../pipeline/modes.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { UsageError } from './command.js';
import { checkedHost } from './host-option.js';
import { checkedConfiguration } from './load-cluster.js';
import { countRefusals, formatFinding } from './tell.js';

/** Files of a scenario that are not manifests. */
const configurationFile = 'kube-proxy.yaml';
const hostFile = 'host.json';

/** The settings that apply to these scenarios. */
interface ScenarioRules {
  readonly facts: ClusterFacts;
  readonly wishes: Wishes;
}

interface ScenarioResult {
  readonly comparisons: readonly Comparison[];
  /** Entries of the scenario's folder that were not read. */
  readonly skipped: readonly SkippedInput[];
  /** Why a node would reject the generated rules, one sentence each. */
  readonly failures: readonly string[];
}

interface Scenario {
  readonly inputs: readonly SourceText[];
  readonly skipped: readonly SkippedInput[];
  readonly configuration?: SourceText;
  readonly host?: SourceText;
  readonly expected: readonly OutputText[];
}

/**
 * Generates the outputs of a scenario's folder again and compares them. Throws UsageError if its inputs cannot be used;
 * the message has a line for each reason.
 */
export async function compareScenario(directory: string, { facts, wishes }: ScenarioRules): Promise<ScenarioResult> {
  const scenario = await readScenario(directory);
  const completed = await complete(directory, scenario, facts, wishes);
  const present = scenario.expected.map(({ output }) => output);
  const known = new Map(Object.entries(modes).map(([name, { formats }]) => [name, formats]));
  const generated: OutputText[] = [];
  const failures: string[] = [];
  for (const [mode, formats] of wantedFormats(present, wishes, known, usualMode(completed))) {
    const made = await generateMode(directory, completed, mode, formats);
    append(generated, made.outputs);
    append(failures, made.failures);
  }
  return { comparisons: compareOutputs(scenario.expected, generated), skipped: scenario.skipped, failures };
}

async function readScenario(directory: string): Promise<Scenario> {
  const { texts, findings, skipped, unreadable } = await readInputs([directory]);
  const problems = [
    ...unreadable.map(({ file, message }) => `${printable(file)}: ${message}`),
    ...findings.map(formatFinding),
  ];
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const own = (name: string): SourceText | undefined => texts.find((text) => text.name === join(directory, name));
  const { files, outside } = namesIn(directory);
  const foreign = outside.find((name) => parseOutput(name) !== undefined);
  if (foreign !== undefined)
    throw new UsageError(`${printable(join(directory, foreign))}: not read and not written: ${leadsOut}`);
  const outputs = files.filter((name) => parseOutput(name) !== undefined);
  const noInput = new Set(
    [configurationFile, hostFile, settingsFileName, ...outputs].map((name) => join(directory, name)),
  );
  const inputs = texts.filter(({ name }) => !noInput.has(name));
  if (inputs.length === 0)
    throw new UsageError(
      `${printable(directory)}: holds no inputs (*.yaml, *.yml or *.json with Kubernetes objects); for a scenario without objects, write an empty List`,
    );
  const [configuration, host] = [own(configurationFile), own(hostFile)];
  return {
    inputs,
    skipped,
    expected: await readExpected(directory, outputs),
    ...(configuration === undefined ? {} : { configuration }),
    ...(host === undefined ? {} : { host }),
  };
}

async function readExpected(directory: string, names: readonly string[]): Promise<OutputText[]> {
  const expected: OutputText[] = [];
  for (const name of names) {
    const file = join(directory, name);
    const { texts, findings, unreadable } = await readInputs([file]);
    const problem = unreadable[0]?.message ?? findings[0]?.message;
    if (problem !== undefined) throw new UsageError(`${printable(file)}: ${problem}`);
    const output = parseOutput(name);
    if (output !== undefined) expected.push({ output, text: texts[0]?.text ?? '' });
  }
  return expected;
}

async function complete(
  directory: string,
  scenario: Scenario,
  facts: ClusterFacts,
  wishes: Wishes,
): Promise<Completed> {
  const { configuration, host } = scenario;
  const wanted = families.filter((family) => wishes.families?.includes(family));
  const { completed, refusals } = await completeCluster(readManifests(scenario.inputs, diskFiles(scenario.inputs)), {
    kubeVersion: facts.version,
    serviceCIDRs: facts.serviceCIDRs,
    nodePortRange: facts.nodePortRange,
    ...(configuration === undefined
      ? {}
      : { configuration: await checkedConfiguration(configuration.name, parseManifests([configuration])) }),
    ...(host === undefined ? {} : { host: checkedHost(host.name, host.text) }),
    ...(wanted.length === 1 && wanted[0] !== undefined ? { ipFamily: wanted[0] } : {}),
  });
  if (completed !== undefined) return wanted.length > 1 ? { ...completed, families: wanted } : completed;
  throw new UsageError(
    [...refusals.map(formatFinding), `${printable(directory)}: nothing was generated: ${countRefusals(refusals)}`].join(
      '\n',
    ),
  );
}

/** The mode of the configuration if it is a known one; otherwise kube-proxy's default on Linux. */
function usualMode({
  options: {
    configuration: { mode },
  },
}: Completed): string {
  return (modeNamed(mode) ?? defaultMode).name;
}

async function generateMode(
  directory: string,
  completed: Completed,
  name: string,
  formats: readonly string[],
): Promise<{ readonly outputs: readonly OutputText[]; readonly failures: readonly string[] }> {
  const mode = await modeNamed(name)?.load();
  if (mode === undefined || formats.length === 0) return { outputs: [], failures: [] };
  const { generated, failures, refusal } = generateRules(completed, mode, formats);
  if (refusal !== undefined) throw new UsageError(`${printable(directory)}: ${printable(refusal)}`);
  const outputs = generated.flatMap(({ family, texts }) =>
    [...texts].map(([format, text]) => ({ output: { mode: name, family, format }, text })),
  );
  return { outputs, failures };
}
