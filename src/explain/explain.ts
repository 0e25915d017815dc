import { greatest } from '../diagnostics/extremes.js';
import { nearest } from '../diagnostics/nearest.js';
import { explainChain, explainRule } from './explain-chain.js';
import { explainOverview } from './explain-overview.js';
import { directoryOf, manifestDirectory } from './directory.js';
import { explainIngress, missingIngress } from './explain-ingress.js';
import { explainService, serviceNames } from './explain-service.js';
import { explainHolders } from './explain-holders.js';
import { viewFamilies } from './node.js';
import { modeOfNode } from '../node/ask.js';
import { modeNamed } from '../pipeline/modes.js';
import { knownPorts } from './known-ports.js';
import { portsAndNumber } from './port-hints.js';
import { findName, onlyOne } from '../targets/find.js';
import { dottedHint } from '../targets/missing.js';
import { otherKindWords } from '../targets/other-kinds.js';
import type { ExplainTarget, NamedTarget } from './target.js';
import type { Explanation, Knowledge } from './types.js';
import { plain } from './words/plain.js';
import { count, someOf } from '../diagnostics/words.js';

/** An explanation, or why there is none: the target is not in the inputs. */
export type ExplainResult =
  | { readonly explanation: Explanation; readonly missing?: undefined }
  | { readonly explanation: undefined; readonly missing: string };

/** Explains a Service, a chain, a rule, or without a target everything. */
export function explain(knowledge: Knowledge, target: ExplainTarget | undefined): ExplainResult {
  if (target === undefined) return { explanation: explainOverview(knowledge) };
  if (target.kind === 'named') {
    const found = lookUp(knowledge, target);
    return 'problem' in found ? { explanation: undefined, missing: found.problem } : explain(knowledge, found);
  }
  const explanation =
    explainTarget(knowledge, target) ?? explainTarget({ ...knowledge, names: namesOf(target) }, target);
  return explanation === undefined ? { explanation, missing: missingWords(knowledge, target) } : { explanation };
}

/** An explanation's target after its name was looked up. */
type FoundTarget = Exclude<ExplainTarget, NamedTarget>;

/** What a name in the inputs refers to; a sentence if it is nothing, or more than one thing. */
export function lookUp(
  knowledge: Knowledge,
  { text, wanted, scope }: NamedTarget,
): FoundTarget | { readonly problem: string } {
  const found = onlyOne(findName(wanted, directoryOf(knowledge), scope), text);
  if ('problem' in found) return found;
  return found.kind === 'service'
    ? { kind: 'service', namespace: found.namespace, service: found.name, port: found.port }
    : { kind: 'whose', found };
}

/**
 * Common names of ports: in rules without comments, a Service is found by the hash of its name with the port's name.
 */
const usualPortNames = [
  '',
  'http',
  'https',
  'web',
  'http-web',
  'grpc',
  'tcp',
  'udp',
  'dns',
  'dns-tcp',
  'metrics',
  'http-metrics',
  'api',
  'app',
  'main',
  'server',
  'default',
  'admin',
  'postgres',
  'postgresql',
  'tcp-postgresql',
  'mysql',
  'redis',
  'tcp-redis',
  'mongodb',
  'amqp',
  'client',
  'peer',
  'service',
  'webhook',
  'https-webhook',
  'health',
  'ssh',
  'kafka',
];

/** The names of service ports that a target may mean. */
function namesOf(target: FoundTarget): string[] {
  if (target.kind !== 'service') return [];
  const own = `${target.namespace}/${target.service}`;
  return [...new Set([target.port ?? '', ...usualPortNames])].map((port) => (port === '' ? own : `${own}:${port}`));
}

function explainTarget(knowledge: Knowledge, target: FoundTarget): Explanation | undefined {
  switch (target.kind) {
    case 'service':
      return explainService(knowledge, target);
    case 'chain':
      return explainChain(knowledge, target.chain, target.table);
    case 'rule':
      return explainRule(knowledge, target.table, target.chain, target.number);
    case 'whose':
      return explainHolders(directoryOf(knowledge), target.found);
    case 'ingress':
      return explainIngress(manifestDirectory(knowledge), target.wanted);
  }
}

function missingWords(knowledge: Knowledge, target: FoundTarget): string {
  if (target.kind === 'service') return missingService(knowledge, target);
  if (target.kind === 'whose') return 'it is not in the inputs';
  if (target.kind === 'ingress') return missingIngress(manifestDirectory(knowledge), target.wanted);
  const views = viewFamilies(knowledge);
  const chains = views.flatMap(({ index, tables }) => [
    ...index.tableNames.flatMap((table) => index.chains(table).map(({ name }) => name)),
    ...tables.flatMap((table) => [...table.index.chains.keys(), ...table.index.sets.keys()]),
  ]);
  if (target.kind === 'rule') {
    const counts = (explainChain(knowledge, target.chain, target.table)?.chains ?? []).map(({ rules }) => rules.length);
    if (counts.length > 0)
      return `the chain ${plain(target.chain)} of table ${target.table} has ${count(greatest(counts), 'rule')}; there is no rule ${target.number}`;
  }
  return `there is no chain ${plain(target.chain)}${target.table === undefined ? '' : ` in table ${target.table}`}${didYouMean(target.chain, chains)}`;
}

function missingService(
  knowledge: Knowledge,
  { namespace, service, port }: ExplainTarget & { readonly kind: 'service' },
): string {
  const names = serviceNames(knowledge);
  const wanted = `${namespace}/${service}`;
  const target = { kind: 'object', objectKind: 'Service', namespace, name: service, port } as const;
  const other = otherKindWords(target, directoryOf(knowledge), { namespace: 'default', isEverywhere: false });
  if (other !== undefined) return other;
  const elsewhere = names.filter((name) => name.endsWith(`/${service}`));
  if (names.includes(wanted))
    return `the Service ${wanted} has no port ${plain(port ?? '')}${itsPorts(knowledge, wanted, port)}`;
  if (elsewhere.length > 0)
    return `there is no Service ${wanted}; of that name there ${elsewhere.length === 1 ? 'is' : 'are'} ${someOf(elsewhere, 3)} (choose with -n NAMESPACE)`;
  const hint = names.length > 0 ? '' : unnamedHint(knowledge);
  return `there is no Service ${wanted}${(dottedHint(service, names) ?? didYouMean(wanted, names)) || hint}`;
}

/** The ports of a Service, and what the number is that was mistaken for one of them. */
function itsPorts({ node }: Knowledge, service: string, port = ''): string {
  const ports = node.families.flatMap((family) => knownPorts(node, family)).filter((one) => one.service === service);
  return ports.length === 0 ? '' : `; it has ${portsAndNumber(Number(port), ports)}`;
}

/** Why a name may not be found although the Service exists. */
function unnamedHint(knowledge: Knowledge): string {
  const hint = modeNamed(modeOfNode(knowledge.node))?.namelessHint;
  if (hint !== undefined) return `; ${hint}`;
  const unnamed = viewFamilies(knowledge)
    .flatMap(({ found }) => found)
    .filter(({ name }) => name === undefined).length;
  if (unnamed === 0) return '';
  return `; ${unnamed === 1 ? 'a service port of these rules has' : `${unnamed} service ports of these rules have`} no name (without comments, as in large clusters): svc/NAME:PORTNAME finds one by its hash, and manifests with the dump name all`;
}

function didYouMean(text: string, candidates: readonly string[]): string {
  const near = nearest(text, candidates.slice(0, 20_000));
  return near === undefined ? '' : `; did you mean ${plain(near)}?`;
}
