import { checkService } from '../check/check-service.js';
import type { CheckReport } from '../check/types.js';
import type { Finding } from '../diagnostics/finding.js';
import { directoryOf } from '../explain/directory.js';
import type { Knowledge } from '../explain/types.js';
import type { DocumentedRule } from '../lint/rule.js';
import { blankSecrets } from '../manifests/blank-secrets.js';
import type { SourceText } from '../manifests/types.js';
import { modeOfNode } from '../node/ask.js';
import { everyNodeFor, onlyService } from '../node/every-node.js';
import { nodeFromDumps } from '../node/from-dumps.js';
import { nodeFromManifests, refusalIn } from '../node/from-manifests.js';
import type { NodeModel } from '../node/types.js';
import { defaultMode, modeNamed, modes, titleOfMode } from '../pipeline/modes.js';
import { findRule } from '../review/catalogue.js';
import type {
  Answer,
  DrawnPicture,
  FileLine,
  ListedFinding,
  ModeChoice,
  NodeAnswer,
  Questions,
  RuleFileFacts,
  ShownPacket,
  ShownSource,
  Suggestions,
  Summary,
  ThingAnswer,
} from './answers.js';
import { comparePacket, compareService, type Comparison, type ModeKnowledge } from './compare.js';
import type { PageInputs } from './inputs.js';
import { lintOpened, openInputs, type OpenedInputs } from './open.js';
import { formatFinding } from './findings.js';
import { packetAnswer } from './packet/answer.js';
import { commandOf, type NameFacts, type PacketFields } from './packet/question.js';
import { marksIn } from './places.js';
import { RuleFile } from './rule-file.js';
import { isAlone } from './is-alone.js';
import { listedServices } from './listed-services.js';
import { chainAnswer, nodeAnswer, serviceAnswer, servicePictures, suggestions } from './things.js';

const nothing = { missing: 'There is nothing to look at: the API server would reject these objects.' } as const;

/**
 * Answers the page's questions. One set of inputs is open at a time; the node for a mode is made on first use. Never
 * throws on input.
 */
export class Explorer implements Questions {
  private opened: OpenedInputs | undefined;
  private readonly nodes = new Map<string, Promise<Knowledge | undefined>>();
  private readonly ruleFiles = new Map<string, Promise<RuleFile | undefined>>();
  private linted: Promise<readonly Finding[]> | undefined;

  /** `pause` is awaited between long steps, so that a sketch that was asked for in the meantime is made first. */
  constructor(private readonly pause: () => Promise<void> = () => Promise.resolve()) {}

  async open(inputs: PageInputs): Promise<Summary> {
    this.nodes.clear();
    this.ruleFiles.clear();
    this.linted = undefined;
    const opened = (this.opened = await openInputs(inputs));
    const { completed, manifests, dumps } = opened;
    const choices = await choicesIn(opened);
    const wanted = inputs.options.mode ?? completed?.options.configuration.mode ?? '';
    const [first] = choices;
    return {
      title: inputs.title,
      node: completed?.options.nodeName ?? '',
      isDump: dumps !== undefined,
      modes: choices,
      mode: choices.find(({ name }) => name === wanted)?.name ?? first?.name ?? defaultMode.name,
      refusals: opened.refusals.map(formatFinding),
      notes: completed?.notes ?? [],
      filledIn: (completed?.cluster.madeUp ?? []).map(({ object, kind, detail }) => ({
        object,
        detail: kind === 'node' ? detail : `${kind} ${detail}`,
      })),
      skipped: opened.skipped,
      sources: [...(manifests?.sources ?? []), ...(dumps?.dump.texts ?? [])].map(({ name, text }) => ({
        name,
        lines: text.split('\n').length,
      })),
      ...(completed === undefined || dumps !== undefined ? {} : { services: listedServices(completed.cluster) }),
    };
  }

  async findings(): Promise<readonly ListedFinding[]> {
    return (await this.allFindings()).map(formatFinding);
  }

  /** Lint runs on demand: for large inputs it takes longer than everything else. */
  private async allFindings(): Promise<readonly Finding[]> {
    this.linted ??= this.opened === undefined ? Promise.resolve([]) : lintOpened(this.opened);
    return this.linted;
  }

  async node(mode: string): Promise<Answer<NodeAnswer>> {
    return this.answer(mode, async (knowledge) => ({ value: await nodeAnswer(knowledge, this.pause) }));
  }

  async service(mode: string, name: string): Promise<Answer<ThingAnswer>> {
    const findings = await this.allFindings();
    return this.answer(mode, async (knowledge) => {
      const [namespace, own] = namesIn(name);
      const nodes = await everyNodeFor(knowledge.node, { namespace, name: own });
      return serviceAnswer({ ...knowledge, findings, nodes }, name);
    });
  }

  async sketch(name: string, service: string): Promise<Answer<readonly DrawnPicture[]>> {
    const { completed, manifests, dumps } = this.opened ?? {};
    const mode = modeNamed(name);
    if (completed === undefined || manifests === undefined || dumps !== undefined || mode === undefined) return nothing;
    if ((await refusalIn(mode, completed)) !== undefined) return nothing;
    const [namespace, own] = namesIn(service);
    const cluster = onlyService(completed.cluster, namespace, own);
    const [found] = cluster.services;
    const isDrawn =
      found !== undefined &&
      mode.handsOnItself !== true &&
      isAlone(completed.cluster, found, cluster.endpointSlices, completed.options.host.nodeIPs);
    if (!isDrawn) return { missing: 'Its picture follows with the rules of all Services.' };
    const node = await nodeFromManifests({ ...completed, cluster }, mode, { manifests });
    const knowledge = { node, findings: [], clusterDomain: this.nameFacts().clusterDomain };
    return { value: servicePictures(knowledge, namespace, own) };
  }

  async check(mode: string, name: string): Promise<Answer<CheckReport>> {
    const findings = await this.allFindings();
    const [namespace, own] = namesIn(name);
    return this.answer(mode, (knowledge) => ({
      value: checkService({ ...knowledge, findings }, directoryOf(knowledge), {
        namespace,
        name: own,
        port: undefined,
      }),
    }));
  }

  async chain(mode: string, name: string): Promise<Answer<ThingAnswer>> {
    return this.answer(mode, (knowledge) => chainAnswer(knowledge, name));
  }

  async packet(mode: string, fields: PacketFields): Promise<Answer<ShownPacket>> {
    const knowledge = await this.knowledge(mode);
    if (knowledge === undefined) return nothing;
    const answer = await packetAnswer(knowledge.node, fields, this.nameFacts());
    if ('missing' in answer) return answer;
    if (this.opened === undefined) return nothing;
    const { inputs, dumps } = this.opened;
    return {
      value: { ...answer.value, command: commandOf(fields, dumps === undefined ? mode : undefined, inputs.title) },
    };
  }

  async compareService(name: string): Promise<Comparison> {
    return compareService(await this.everyMode(), name);
  }

  async comparePacket(fields: PacketFields): Promise<Comparison> {
    return comparePacket(await this.everyMode(), fields, this.nameFacts());
  }

  async suggestions(mode: string): Promise<Suggestions> {
    const knowledge = await this.knowledge(mode);
    return knowledge === undefined ? { to: [], from: [], namespaces: [] } : suggestions(knowledge);
  }

  async ruleFile(mode: string): Promise<Answer<RuleFileFacts>> {
    const file = await this.rules(mode);
    return file === undefined ? nothing : { value: file.facts };
  }

  async ruleLines(mode: string, from: number, count: number): Promise<readonly FileLine[]> {
    return (await this.rules(mode))?.slice(from, count) ?? [];
  }

  async ruleLineOf(mode: string, chain: string, rule: number): Promise<number> {
    return (await this.rules(mode))?.lineOf(chain, rule) ?? 0;
  }

  async findInRules(mode: string, text: string, after: number): Promise<number> {
    return (await this.rules(mode))?.find(text, after) ?? 0;
  }

  private rules(mode: string): Promise<RuleFile | undefined> {
    const make = async (): Promise<RuleFile | undefined> => {
      const knowledge = await this.knowledge(mode);
      return knowledge === undefined ? undefined : RuleFile.of(knowledge, mode);
    };
    const known = this.ruleFiles.get(mode) ?? make();
    this.ruleFiles.set(mode, known);
    return known;
  }

  source(name: string): Promise<Answer<ShownSource>> {
    const { manifests, dumps, completed } = this.opened ?? {};
    const found = [...(manifests?.sources ?? []), ...(dumps?.dump.texts ?? [])].find((one) => one.name === name);
    return Promise.resolve(
      found === undefined
        ? { missing: 'There is no text of this name.' }
        : { value: { text: found.text, marks: marksIn(completed?.cluster, name) } },
    );
  }

  withoutSecrets(texts: readonly SourceText[]): Promise<readonly SourceText[]> {
    return Promise.resolve(blankSecrets(texts));
  }

  rule(id: string): Promise<Answer<DocumentedRule>> {
    const found = findRule(id);
    if (found === undefined) return Promise.resolve({ missing: 'There is no rule of this name.' });
    const { severity, documentation } = found;
    return Promise.resolve({ value: { id, severity, documentation } });
  }

  private async everyMode(): Promise<ModeKnowledge[]> {
    const all: ModeKnowledge[] = [];
    for (const { name } of this.opened === undefined ? [] : await choicesIn(this.opened)) {
      const knowledge = await this.knowledge(name);
      all.push({ mode: name, missing: knowledge === undefined ? nothing.missing : '', knowledge });
    }
    return all;
  }

  private async answer<Value>(
    mode: string,
    ask: (knowledge: Knowledge) => Answer<Value> | Promise<Answer<Value>>,
  ): Promise<Answer<Value>> {
    const knowledge = await this.knowledge(mode);
    return knowledge === undefined ? nothing : ask(knowledge);
  }

  private knowledge(mode: string): Promise<Knowledge | undefined> {
    const known = this.nodes.get(mode) ?? this.makeKnowledge(mode);
    this.nodes.set(mode, known);
    return known;
  }

  private async makeKnowledge(mode: string): Promise<Knowledge | undefined> {
    const node = await this.makeNode(mode);
    await this.pause();
    if (node === undefined || this.opened === undefined) return undefined;
    return { node, findings: [], clusterDomain: this.nameFacts().clusterDomain };
  }

  private nameFacts(): NameFacts {
    const { clusterDomain = 'cluster.local', host } = this.opened?.inputs.options ?? {};
    return { clusterDomain, hasFacts: host !== undefined };
  }

  private async makeNode(name: string): Promise<NodeModel | undefined> {
    if (this.opened === undefined) return undefined;
    const { dumps, completed, manifests, inputs } = this.opened;
    const { host } = inputs.options;
    if (dumps !== undefined)
      return nodeFromDumps(dumps, {
        ...(host === undefined ? {} : { host }),
        ...(completed === undefined ? {} : { completed }),
        ...(manifests === undefined ? {} : { manifests }),
      });
    const mode = modeNamed(name);
    if (completed === undefined || manifests === undefined || mode === undefined) return undefined;
    if ((await refusalIn(mode, completed)) !== undefined) return undefined;
    return nodeFromManifests(completed, mode, { manifests });
  }
}

/** A namespace and a name of `namespace/name`. */
function namesIn(name: string): [namespace: string, name: string] {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
}

/** The mode of a dump; of manifests every mode that kube-proxy of their version would start in. */
async function choicesIn({ dumps, completed, manifests }: OpenedInputs): Promise<ModeChoice[]> {
  if (dumps !== undefined) return [choiceOf(modeOfNode(nodeFromDumps(dumps)))];
  if (completed === undefined || manifests === undefined) return [];
  const starting = await Promise.all(
    Object.values(modes).map(async (mode) => ((await refusalIn(mode, completed)) === undefined ? [mode.name] : [])),
  );
  return starting.flat().map(choiceOf);
}

function choiceOf(name: string): ModeChoice {
  return { name, title: titleOfMode(name) };
}
