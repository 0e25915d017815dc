import type { Service } from '../cluster/types.js';
import { endpointsInRules, hiddenEndpoints } from './endpoints-in-rules.js';
import { portLabel, slicesOf } from './explain-port.js';
import { typeOf } from './explain-service.js';
import { hostPortRows } from './host-port-rows.js';
import { ReasonFinder } from './manifests/reasons.js';
import { tableNotes } from './nftables/notes.js';
import { ownersOfTables } from './nftables/owners.js';
import { nodeNameOf, viewFamilies, type FamilyView } from './node.js';
import { portReasons } from './port-reasons.js';
import {
  affinitySeconds,
  hasSourceRanges,
  isExternalPolicyLocal,
  missingTableNotes,
  partialTableNotes,
} from './port-notes.js';
import { interferenceNotes } from './interference-notes.js';
import { ebpfNotes } from './rules/ebpf.js';
import { eraNotes, isUserspace } from './rules/eras.js';
import { ownerOf } from './rules/chain-owners.js';
import type { AddressKind, FoundServicePort } from './rules/discover.js';
import { leftoverNotes } from './rules/leftovers.js';
import { missingChains } from './rules/missing-chains.js';
import { modeOfNode } from '../node/ask.js';
import type { ChainGroup, Knowledge, OverviewExplanation, OverviewNote, OverviewRow } from './types.js';
import { formatHostPort } from './words/host-port.js';
import { plain } from './words/plain.js';
import { joinWords } from '../diagnostics/words.js';
import { addToCount, entryOf } from '../diagnostics/groups.js';
import { servicesIn } from '../node/found-service-port.js';

/**
 * Explains everything: a row for each service port of each family; for a dump also its chains by owner and leftovers.
 */
export function explainOverview(knowledge: Knowledge): OverviewExplanation {
  const views = viewFamilies(knowledge);
  const finder = knowledge.node.completed?.cluster === undefined ? undefined : new ReasonFinder(knowledge);
  const rows = new Map(
    views.flatMap((view) => view.found.map((found) => [found, rowOf(knowledge, view, found, finder)] as const)),
  );
  const isReported = (found: FoundServicePort, message: string): boolean => rows.get(found)?.problem === message;
  return {
    kind: 'overview',
    node: nodeNameOf(knowledge),
    mode: modeOfNode(knowledge.node),
    services: [...rows.values(), ...withoutRules(knowledge, views, finder)].sort((a, b) =>
      a.service === b.service ? 0 : a.service < b.service ? -1 : 1,
    ),
    hostPorts: knowledge.node.source === 'dump' ? views.flatMap((view) => hostPortRows(view, knowledge)) : [],
    owners: knowledge.node.source === 'dump' ? withoutRepeats(views.flatMap(ownersOf)) : [],
    notes:
      knowledge.node.source === 'dump'
        ? views.flatMap((view) => [...notesOf(view, views.length > 1), ...interferenceNotes(view, isReported)])
        : [],
  };
}

const shortKinds: Readonly<Record<AddressKind, string>> = {
  clusterIP: '',
  nodePort: 'node port ',
  externalIP: 'external ',
  loadBalancerIP: 'lb ',
  external: 'external ',
};

function rowOf(
  knowledge: Knowledge,
  view: FamilyView,
  found: FoundServicePort,
  finder: ReasonFinder | undefined,
): OverviewRow {
  const state = view.states.get(`${found.name?.text ?? ''} ${found.protocol}`);
  const service = state?.servicePort.service;
  const slices = knowledge.node.source === 'dump' ? slicesOf(knowledge, state) : [];
  const reasons = portReasons(view, found, state, { finder, isDump: knowledge.node.source === 'dump', slices });
  const addresses = found.addresses.filter(
    ({ kind }, index, all) => kind !== 'nodePort' || all.findIndex((one) => one.kind === 'nodePort') === index,
  );
  return {
    service: found.name === undefined ? portLabel(found) : `${found.name.namespace}/${found.name.service}`,
    type: service === undefined ? '' : typeOf(service),
    port: [
      ...(found.name?.port === undefined || found.name.port === '' ? [] : [found.name.port]),
      found.protocol.toUpperCase(),
      ...(knowledge.node.families.length > 1 ? [view.family] : []),
    ].join(' '),
    addresses: addresses
      .map(({ kind, address, port }) =>
        kind === 'nodePort' ? `node port ${port}` : `${shortKinds[kind]}${formatHostPort(address, port)}`,
      )
      .join(', '),
    endpoints: endpointsCell(
      view,
      found,
      knowledge.node.source === 'dump' && slices.length === 0 ? undefined : state?.all.length,
    ),
    policies: policiesOf(view, found, service).join(', '),
    problem: reasons[0]?.message ?? '',
  };
}

/** How many endpoints this node uses, of how many: counted from chains, or from the real servers of virtual servers. */
function endpointsCell(view: FamilyView, found: FoundServicePort, known: number | undefined): string {
  const used = endpointsInRules(view, found).length;
  if (used === 0 && isUserspace(view.index)) return 'by kube-proxy';
  if (used === 0 && (hiddenEndpoints(view, found) > 0 || missingChains(view.index, found).length > 0))
    return 'not shown';
  return known === undefined || known === used ? String(used) : `${used} of ${known}`;
}

function policiesOf(view: FamilyView, found: FoundServicePort, service: Service | undefined): string[] {
  const external =
    service?.externalTrafficPolicy === 'Local' || (service === undefined && isExternalPolicyLocal(view, found));
  return [
    ...(external ? ['external Local'] : []),
    ...(service?.internalTrafficPolicy === 'Local' ? ['internal Local'] : []),
    ...(affinitySeconds(view, found) === undefined ? [] : [`ClientIP ${affinitySeconds(view, found) ?? 0} s`]),
    ...((service?.loadBalancerSourceRanges.length ?? 0) > 0 || hasSourceRanges(view, found) ? ['source ranges'] : []),
  ];
}

/** Services without rules: headless ones, ExternalNames, those that kube-proxy skips, and those missing in a dump. */
function withoutRules(
  knowledge: Knowledge,
  views: readonly FamilyView[],
  finder: ReasonFinder | undefined,
): OverviewRow[] {
  const known = new Set(views.flatMap(({ found }) => servicesIn(found)));
  const missing = (knowledge.node.completed?.cluster.services ?? []).filter(
    ({ namespace, name }) => !known.has(`${namespace}/${name}`),
  );
  const counts = new Map<string, number>();
  for (const { namespace, serviceName, endpoints } of knowledge.node.completed?.cluster.endpointSlices ?? [])
    addToCount(counts, `${namespace}/${serviceName}`, endpoints.length);
  return missing.map((service) => ({
    service: `${service.namespace}/${service.name}`,
    type: typeOf(service),
    port:
      service.ports.length > 2
        ? `${service.ports.length} ports`
        : joinWords(service.ports.map(({ name, protocol }) => `${name === '' ? '' : `${plain(name)} `}${protocol}`)),
    addresses: wordsWithoutAddress(service),
    endpoints: service.type === 'ExternalName' ? '' : String(counts.get(`${service.namespace}/${service.name}`) ?? 0),
    policies: '',
    problem: problemWithoutRules(knowledge, service, finder, counts.get(`${service.namespace}/${service.name}`) ?? 0),
  }));
}

/** What an overview says in place of the addresses of a Service that has none. */
export function wordsWithoutAddress({ type, externalName, clusterIPs }: Service): string {
  if (type === 'ExternalName') return `alias of ${plain(externalName)}`;
  return clusterIPs[0] === 'None' ? 'DNS only' : '';
}

function problemWithoutRules(
  knowledge: Knowledge,
  service: Service,
  finder: ReasonFinder | undefined,
  endpoints: number,
): string {
  const reason = finder?.ofService(service)[0]?.message;
  if (reason !== undefined || service.type === 'ExternalName') return reason ?? '';
  if (service.clusterIPs[0] === 'None')
    return endpoints === 0 ? (finder?.ofHeadless(service)[0]?.message ?? 'no endpoints') : '';
  return knowledge.node.source === 'dump' ? 'the dump has no rules for it' : '';
}

/** Packets of both families traverse the tables of `inet`, which count once. */
function withoutRepeats(groups: readonly ChainGroup[]): ChainGroup[] {
  return groups.filter(
    ({ family, owner }, index) =>
      family !== 'inet' || groups.findIndex((one) => one.family === family && one.owner === owner) === index,
  );
}

function ownersOf({ index, family, tables }: FamilyView): ChainGroup[] {
  const groups = new Map<string, { chains: number; rules: number; examples: string[] }>();
  for (const table of index.tableNames) {
    for (const { name, rules } of index.chains(table)) {
      const owner = ownerOf(name);
      const label = owner === 'kernel' ? 'built-in chains' : owner === 'unknown' ? 'no known owner' : owner;
      const group = entryOf(groups, label, () => ({ chains: 0, rules: 0, examples: [] }));
      group.chains++;
      group.rules += rules.length;
      if (group.examples.length < 3 && !group.examples.includes(plain(name))) group.examples.push(plain(name));
    }
  }
  return [...[...groups].map(([owner, group]) => ({ owner, family, ...group })), ...ownersOfTables(tables, family)];
}

function notesOf({ index, found, family, answers, rules }: FamilyView, namesFamily: boolean): OverviewNote[] {
  const unnamed = rules.virtualServers.length > 0 ? 0 : found.filter(({ name }) => name === undefined).length;
  const unnamedNote =
    `${unnamed} Service ports have no name in the rules (comments are missing, as in large clusters): ` +
    'add manifests to identify them by their hashes';
  const begin = namesFamily ? `${family === 'ipv4' ? 'IPv4' : 'IPv6'}: ` : '';
  const notes = (messages: readonly string[], isFault: boolean): OverviewNote[] =>
    messages.map((message) => ({ message: `${begin}${message}`, isFault }));
  return [
    ...notes(
      [...partialTableNotes(index), ...missingTableNotes(index), ...eraNotes(index), ...ebpfNotes(rules)],
      false,
    ),
    ...notes([...leftoverNotes(index), ...(answers === undefined ? [] : tableNotes(answers))], true),
    ...notes(unnamed === 0 ? [] : [unnamedNote], false),
  ];
}
