import { groupBy } from '../../diagnostics/groups.js';
import { defaultMode, titleOfMode } from '../../pipeline/modes.js';
import type { HostPortRow, OverviewExplanation, OverviewRow } from '../types.js';
import { code, type Block, type Phrase } from './document.js';
import { reasonWords } from './reason-words.js';
import { count } from '../../diagnostics/words.js';

/** All Services in a table, their problems, and for a dump further facts from its rules. */
export function overviewDocument(overview: OverviewExplanation): Block[] {
  const { services, hostPorts, owners, notes } = overview;
  return [
    { kind: 'heading', level: 1, text: title(overview) },
    ...(services.length === 0 ? noServices(overview) : [servicesTable(services)]),
    ...(hostPorts.length === 0 ? [] : hostPortBlocks(hostPorts)),
    ...problemBlocks(overview),
    ...(notes.length === 0
      ? []
      : [
          { kind: 'heading', level: 2, text: 'What the rules show' } as const,
          { kind: 'list', items: notes.map(reasonWords) } as const,
        ]),
    ...(owners.length === 0 ? [] : ownerBlocks(owners)),
  ];
}

function title({ node, mode, services, hostPorts, chosen }: OverviewExplanation): Phrase {
  const { namespace, isProblemsOnly } = chosen ?? {};
  if (isProblemsOnly === true)
    return [
      'Problems',
      ...(namespace === undefined ? [] : [' in namespace ', code(namespace)]),
      ...(node === '' ? [] : [' on node ', code(node)]),
    ];
  return [
    [
      ...(services.length > 0 || hostPorts.length === 0 ? [count(services.length, 'Service port')] : []),
      ...(hostPorts.length === 0 ? [] : [count(hostPorts.length, 'host port')]),
    ].join(' and '),
    ...(namespace === undefined ? [] : [' of namespace ', code(namespace)]),
    ...(node === '' ? [] : [' on node ', code(node)]),
    mode === defaultMode.name ? '' : ` (${titleOfMode(mode)})`,
  ];
}

function noServices({ chosen, hostPorts, notes }: OverviewExplanation): Block[] {
  if (chosen?.isProblemsOnly === true)
    return hostPorts.length + notes.length === 0 ? [{ kind: 'paragraph', text: 'Nothing is wrong.' }] : [];
  return hostPorts.length === 0 ? [{ kind: 'paragraph', text: 'There are no Services.' }] : [];
}

function servicesTable(services: readonly OverviewRow[]): Block {
  return {
    kind: 'table',
    header: ['Service', 'Type', 'Port', 'Addresses', 'Endpoints', 'Policies'],
    rows: services.map((row): Phrase[] => [
      [code(row.service)],
      row.type,
      row.port,
      row.addresses === '' ? '' : [code(row.addresses)],
      row.endpoints === '' ? '' : `${row.endpoints}${row.problem === '' ? '' : ' !'}`,
      row.policies,
    ]),
  };
}

function hostPortBlocks(hostPorts: readonly HostPortRow[]): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'Host ports' },
    {
      kind: 'table',
      header: ['Host port', 'Leads to', 'Pod', 'Owner'],
      rows: hostPorts.map((row): Phrase[] => [
        [code(row.port)],
        [code(row.to), ...(row.problem === '' ? [] : [' !'])],
        row.pod === '' ? '' : [code(row.pod)],
        row.owner,
      ]),
    },
  ];
}

function problemBlocks({ services, hostPorts }: OverviewExplanation): Block[] {
  const items = [
    ...grouped(services.filter(({ problem }) => problem !== '')),
    ...hostPorts
      .filter(({ problem }) => problem !== '')
      .map(({ port, to, problem }): Phrase => ['host port ', code(port), ' to ', code(to), `: ${problem}.`]),
  ];
  return items.length === 0
    ? []
    : [
        { kind: 'heading', level: 2, text: 'What is wrong' },
        { kind: 'problems', items },
      ];
}

/** Fewer equal problems are listed one by one. */
const fewest = 3;
const shownNames = 5;

/** The problems, each listed once for all Service ports that have it; of many, only the first names. */
function grouped(rows: readonly OverviewRow[]): Phrase[] {
  return [...groupBy(rows, generalised).values()].flatMap((alike): Phrase[] => {
    const [first] = alike;
    if (first === undefined || alike.length < fewest)
      return alike.map(({ service, port, problem }): Phrase => [code(service), ` ${port}: ${problem}.`]);
    const isSame = alike.every(({ problem }) => problem === first.problem);
    const names = alike
      .slice(0, shownNames)
      .flatMap(({ service, port }, index): Exclude<Phrase, string>[number][] => [
        index === 0 ? '' : ', ',
        code(service),
        ` ${port}`,
      ]);
    const more = alike.length > shownNames ? ` and ${alike.length - shownNames} more` : '';
    return [[`${alike.length} Service ports (`, ...names, `${more}): ${isSame ? first.problem : generalised(first)}.`]];
  });
}

/** Without the parts that differ between Services: the name, and the hash in the names of its chains. */
function generalised({ service, problem }: OverviewRow): string {
  const own = /^[a-z0-9.-]+$/.exec(service.slice(service.indexOf('/') + 1))?.[0].replaceAll('.', '\\.');
  const general = problem.replace(/\b(KUBE-(?:SVC|SVL|SEP|FW|EXT|XLB)-)[A-Z2-7]{16}\b/g, '$1…');
  return own === undefined ? general : general.replace(new RegExp(`(?<![\\w.-])${own}(?![\\w-])`, 'g'), 'NAME');
}

function ownerBlocks(owners: OverviewExplanation['owners']): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'Owners of the chains' },
    {
      kind: 'table',
      header: ['Owner', 'Family', 'Chains', 'Rules', 'Such as'],
      rows: owners.map((group): Phrase[] => [
        group.owner,
        group.family,
        String(group.chains),
        String(group.rules),
        [code(group.examples.join(', '))],
      ]),
    },
  ];
}
