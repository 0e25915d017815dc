import type { ExplainedChain, ExplainedPort, ServiceExplanation } from '../types.js';
import { addressKindWords } from '../explain-traffic.js';
import { shareWords } from '../words/numbers.js';
import { plain } from '../words/plain.js';
import { defaultMode, titleOfMode } from '../../pipeline/modes.js';
import { chainBlocks } from './chain-blocks.js';
import { code, type Block, type Phrase } from './document.js';
import { reasonWords } from './reason-words.js';
import { serviceGraph } from './service-graph.js';
import { trafficWords } from './traffic-words.js';
import { count } from '../../diagnostics/words.js';

const mostEndpoints = 20;
const mostEndpointChains = 2;

/** A Service as a page: its kind, its problems, its addresses, where connections go, and the chains in words. */
export function serviceDocument(service: ServiceExplanation): Block[] {
  return [
    { kind: 'heading', level: 1, text: ['Service ', code(service.name)] },
    { kind: 'paragraph', text: introduction(service) },
    ...(service.about === '' ? [] : [{ kind: 'paragraph', text: service.about } as const]),
    ...problems(service.reasons.map(reasonWords)),
    ...service.ports.flatMap((port) => portBlocks(service, port)),
    ...policyBlocks(service),
    ...nameBlocks(service),
    ...(service.findings.length === 0
      ? []
      : [
          { kind: 'heading', level: 2, text: 'Findings of lint' } as const,
          { kind: 'list', items: service.findings.map(reasonWords) } as const,
        ]),
    ...chainDetails(service.ports),
  ];
}

function introduction({ type, node, mode, file, line, selector, ports }: ServiceExplanation): Phrase {
  const isProxied = ports.length > 0;
  return [
    type === ''
      ? 'Known only from the rules'
      : type === 'headless'
        ? 'A headless Service'
        : `A Service of type ${type}`,
    ...(file === undefined ? [] : [' (', code(`${file}:${line ?? 1}`), ')']),
    ...(selector === '' ? [] : [', selector ', code(selector)]),
    ...(node === '' || !isProxied ? [] : [', seen from node ', code(node)]),
    isProxied && mode !== defaultMode.name ? ` in ${titleOfMode(mode)}.` : '.',
  ];
}

function problems(items: readonly Phrase[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'problems', items }];
}

function portBlocks(service: ServiceExplanation, port: ExplainedPort): Block[] {
  const families = new Set(service.ports.map(({ family }) => family));
  return [
    { kind: 'heading', level: 2, text: portTitle(port, service.selector !== '', families.size > 1) },
    ...problems(port.reasons.map(reasonWords)),
    ...(port.addresses.length === 0 ? [] : [addressTable(port)]),
    ...(port.endpoints.length === 0 ? [] : endpointBlocks(port)),
    ...(port.traffic.length === 0
      ? []
      : [
          { kind: 'heading', level: 3, text: 'Where new connections go' } as const,
          { kind: 'list', items: port.traffic.map(trafficWords) } as const,
        ]),
    ...nodeBlocks(port),
    ...(port.notes.length === 0
      ? []
      : [{ kind: 'heading', level: 3, text: 'Good to know' } as const, { kind: 'list', items: port.notes } as const]),
    { kind: 'diagram', graph: serviceGraph({ ...service, ports: [port] }) },
  ];
}

const fateWords: Readonly<Record<string, string>> = {
  delivered: 'answers',
  refused: 'rejects',
  dropped: 'drops',
  untouched: 'does nothing',
  none: '-',
};
const sourceWords: Readonly<Record<string, string>> = {
  client: 'kept',
  node: "the node's",
  mixed: 'depends on the endpoint',
  none: '-',
};

/** A table of all nodes, and the result with a load balancer in front of them. */
function nodeBlocks({ nodes }: ExplainedPort): Block[] {
  if (nodes === undefined) return [];
  return [
    { kind: 'heading', level: 3, text: 'Node by node' },
    {
      kind: 'table',
      header: ['Node', 'Endpoints on it', 'Its Pods', 'Clients outside', 'Sends to', 'Source address'],
      rows: nodes.rows.map(({ node, endpoints, inside, outside, uses, source }): Phrase[] => [
        [code(node)],
        String(endpoints),
        fateWords[inside] ?? inside,
        fateWords[outside] ?? outside,
        count(uses, 'endpoint'),
        sourceWords[source] ?? source,
      ]),
    },
    { kind: 'list', items: nodes.notes.map((note) => plain(note, 1000)) },
  ];
}

function portTitle(
  { name, port, protocol, number, target, family }: ExplainedPort,
  hasSelector: boolean,
  withFamily: boolean,
): Phrase {
  const named = port === '' ? [] : [' ', code(port)];
  return [
    'Port',
    ...named,
    number === 0 ? ` ${protocol.toUpperCase()}` : `, ${protocol.toUpperCase()} ${number}`,
    ...(target === '' ? [] : [' → ', code(target), hasSelector ? ' in the Pods' : ' at the endpoints']),
    ...(withFamily ? [`, ${family === 'ipv4' ? 'IPv4' : 'IPv6'}`] : []),
    ...(port === '' && !name.includes('/') ? [' of ', code(name)] : []),
  ];
}

function addressTable({ addresses }: ExplainedPort): Block {
  return {
    kind: 'table',
    header: ['Reached at', 'Address', 'Note'],
    rows: addresses.map(({ kind, address, note }) => [addressKindWords(kind), [code(address)], note]),
  };
}

function endpointBlocks({ endpoints, traffic }: ExplainedPort): Block[] {
  const sorted = [...endpoints].sort((a, b) => Number(b.share > 0) - Number(a.share > 0));
  const shown = sorted.length > mostEndpoints + 1 ? sorted.slice(0, mostEndpoints) : sorted;
  const differs =
    endpoints.some(({ share, shareFromOutside }) => Math.abs(share - shareFromOutside) > 1e-9) &&
    endpoints.some(({ shareFromOutside }) => shareFromOutside > 0);
  const rows = shown.map(({ endpoint, node, isHere, target, state, share, shareFromOutside }): Phrase[] => [
    [code(endpoint)],
    ...(traffic.length === 0 ? [] : [shareWords(share)]),
    ...(differs ? [shareWords(shareFromOutside)] : []),
    node === '' ? (isHere ? 'this node' : '') : [code(node), ...(isHere ? [' (this node)'] : [])],
    target === '' ? '' : [code(target)],
    state === 'in the rules' ? '' : state,
  ]);
  const header = [
    'Endpoint',
    // If nothing is known to lead to it, its share is unknown, too.
    ...(traffic.length === 0 ? [] : [differs ? 'Share inside' : 'Share']),
    ...(differs ? ['Share from outside'] : []),
    'Node',
    'What answers',
    'State',
  ];
  const rest = endpoints.length - shown.length;
  return [
    { kind: 'table', header, rows },
    ...(rest === 0 ? [] : [{ kind: 'paragraph', text: `… and ${rest} more endpoints.` } as const]),
  ];
}

function policyBlocks({ policies }: ServiceExplanation): Block[] {
  if (policies.length === 0) return [];
  return [
    { kind: 'heading', level: 2, text: 'NetworkPolicies' },
    { kind: 'list', items: policies.map((sentence) => plain(sentence, 1000)) },
  ];
}

/** The names that people use instead of addresses. */
function nameBlocks({ name, dns, environment, routes, type }: ServiceExplanation): Block[] {
  const blocks: Block[] = [];
  if (dns.length > 0) {
    blocks.push(
      { kind: 'heading', level: 2, text: 'Names in DNS' },
      { kind: 'paragraph', text: shortWords(name) },
      {
        kind: 'table',
        header: ['Name', 'Type', 'Answer'],
        rows: dns.map(({ name: full, type: record, values }) => [
          [code(full)],
          record,
          values.length > 4 ? `${values.length} records` : [code(values.join(', '))],
        ]),
      },
    );
  } else if (type === 'headless')
    blocks.push({
      kind: 'paragraph',
      text: 'Its name does not exist in DNS until it has a ready endpoint.',
    });
  if (environment.length > 0) {
    blocks.push(
      { kind: 'heading', level: 2, text: 'Environment of Pods in its namespace that start after it' },
      {
        kind: 'list',
        items: environment.map((variable) => [code(`${variable.name}=${variable.value}`)]),
      },
    );
  }
  if (routes.length > 0) {
    blocks.push(
      { kind: 'heading', level: 2, text: 'Ingress routes that lead to it' },
      {
        kind: 'table',
        header: ['Ingress', 'Class', 'Host', 'Path', 'Kind of path', 'Port', 'Where'],
        rows: routes.map((route) => [
          [code(route.ingress)],
          [code(route.class)],
          [code(route.host)],
          [code(route.path)],
          route.pathType,
          [code(String(route.port ?? ''))],
          [code(`${route.file}:${route.line}`)],
        ]),
      },
    );
  }
  return blocks;
}

/** The short names that the search domains in resolv.conf allow. */
function shortWords(qualified: string): Phrase {
  const [namespace = '', service = ''] = qualified.split('/');
  return [
    'Pods of namespace ',
    code(namespace),
    ' may call it ',
    code(service),
    ', others ',
    code(`${service}.${namespace}`),
    '.',
  ];
}

function chainDetails(ports: readonly ExplainedPort[]): Block[] {
  const chains = foldEndpoints(uniqueChains(ports.flatMap((port) => port.chains)));
  if (chains.shown.length === 0) return [];
  const more: Block[] =
    chains.left === 0
      ? []
      : [
          {
            kind: 'paragraph',
            text: `… and ${chains.left} more chains of endpoints, which differ only in the address.`,
          },
        ];
  return [
    {
      kind: 'details',
      summary: 'The rules in words',
      blocks: [...chains.shown.flatMap((chain) => chainBlocks(chain)), ...more],
    },
  ];
}

/** Ports share KUBE-SERVICES and similar chains: their rules are listed under one heading. */
function uniqueChains(chains: readonly ExplainedChain[]): ExplainedChain[] {
  const byName = new Map<string, ExplainedChain>();
  for (const chain of chains) {
    const key = `${chain.table} ${chain.chain}`;
    const known = byName.get(key);
    const rules =
      known === undefined
        ? chain.rules
        : [
            ...known.rules,
            ...chain.rules.filter(
              ({ text, number }) => !known.rules.some((one) => one.number === number && one.text === text),
            ),
          ];
    byName.set(key, { ...chain, rules });
  }
  return [...byName.values()];
}

function isOfEndpoint({ chain }: ExplainedChain): boolean {
  return /^(?:KUBE-SEP|endpoint)-/.test(chain);
}

function foldEndpoints(chains: readonly ExplainedChain[]): { shown: ExplainedChain[]; left: number } {
  const endpoints = chains.filter(isOfEndpoint);
  const kept = new Set(endpoints.length > mostEndpointChains + 1 ? endpoints.slice(0, mostEndpointChains) : endpoints);
  return {
    shown: chains.filter((chain) => !isOfEndpoint(chain) || kept.has(chain)),
    left: endpoints.length - kept.size,
  };
}
