import type { Client } from '../explain/traffic/client.js';
import { durationWords } from '../explain/words/numbers.js';
import { change, describePaths } from './changes.js';
import { causesOf, type CauseSide } from './causes.js';
import type { Pair } from './pair.js';
import { affinityOf, changedPaths, endpointsWithoutHairpin } from './paths.js';
import { tenseOf, type Tense } from './tense.js';
import {
  severities,
  type Change,
  type PathChange,
  type RuleDifference,
  type ServiceDifference,
  type Severity,
} from './types.js';
import type { Sides, SideView } from './view.js';
import { balanceWords, endpointNames, fateWords, routeWords } from './words.js';

/**
 * The differences for one service port, given those of its rules and the clients to compare; undefined if there are
 * none.
 */
export function compareService(
  pair: Pair,
  sides: Sides,
  clients: readonly Client[],
  rules: RuleDifference,
): ServiceDifference | undefined {
  const port = pair.after ?? pair.before;
  if (port === undefined) return undefined;
  const changes = changesOf(pair, sides, clients);
  if (changes.length === 0 && rules.unified === '') return undefined;
  const renamed = pair.before !== undefined && pair.after !== undefined && pair.before.label !== pair.after.label;
  return {
    name: port.label,
    ...(renamed ? { nameBefore: pair.before.label } : {}),
    protocol: port.found.protocol,
    family: sides.after.rules.ruleSet.family,
    severity: worst(changes.map(({ severity }) => severity)),
    clients: [...new Set(clients.map(({ words }) => words))],
    causes:
      changes.length === 0 ? [] : causesOf(causeSide(pair.before, sides.before), causeSide(pair.after, sides.after)),
    changes,
    rules,
  };
}

function causeSide(port: Pair['before'], { rules }: SideView): CauseSide {
  return { servicePort: port?.servicePort, state: rules.state };
}

/** The worst severity; `rules` if there is none. */
function worst(all: readonly Severity[]): Severity {
  return severities.find((severity) => all.includes(severity)) ?? 'rules';
}

function changesOf(pair: Pair, sides: Sides, clients: readonly Client[]): Change[] {
  const ports = [pair.before, pair.after].flatMap((port) => port ?? []);
  const paths = changedPaths(sides.before, sides.after, ports, clients);
  if (pair.before === undefined) return added(pair, paths, sides);
  if (pair.after === undefined) return removed(pair, paths, sides);
  const scene = {
    before: pair.before.routes,
    after: pair.after.routes,
    clients: [...new Set(clients.map(({ words }) => words))],
    tense: tenseOf(sides),
  };
  const rename =
    pair.before.label === pair.after.label ||
    pair.after.found.name === undefined ||
    pair.before.found.name === undefined
      ? []
      : [
          change(
            'renamed',
            'rules',
            calledBefore(pair.before.label, tenseOf(sides)) + (paths.length === 0 ? '; traffic is the same' : ''),
            [],
          ),
        ];
  return [
    ...rename,
    ...describePaths(paths, scene),
    ...affinity(pair, sides),
    ...healthCheck(pair),
    ...hairpin(pair, sides),
  ];
}

function calledBefore(name: string, { isDrift, was }: Tense): string {
  return isDrift ? `Is called ${name} ${was}` : `Was called ${name}`;
}

function added({ after }: Pair, paths: readonly PathChange[], sides: Sides): Change[] {
  if (after === undefined) return [];
  const flowing = paths.find((path) => path.after.fate === 'delivered');
  const routes = after.routes.map(routeWords).join(', ') || 'chains that nothing leads to';
  const ends =
    flowing === undefined
      ? `no traffic flows, ${fateWords(paths[0]?.after.fate ?? 'untouched')}`
      : `${balanceWords(flowing.after)}: ${endpointNames(flowing.after.endpoints.map(({ endpoint }) => endpoint))}`;
  const blocked = paths.filter(
    (path) => flowing !== undefined && path.after.fate !== 'delivered' && path.after.fate !== 'untouched',
  );
  const except =
    blocked.length === 0
      ? ''
      : `; not for ${[...new Set(blocked.map(({ client }) => client))].join(', ')} to ` +
        `${[...new Set(blocked.map(({ route }) => routeWords(route)))].join(', ')}, ` +
        `where ${fateWords(blocked[0]?.after.fate ?? 'untouched')}`;
  return [
    change(
      'added',
      flowing === undefined ? 'changes' : 'starts',
      `${tenseOf(sides).isNew}: ${routes} (${ends}${except})`,
      paths,
    ),
  ];
}

function removed({ before }: Pair, paths: readonly PathChange[], sides: Sides): Change[] {
  if (before === undefined) return [];
  const stopped = paths.some((path) => path.before.fate === 'delivered' && path.after.fate !== 'delivered');
  const then = paths.find((path) => path.before.fate === 'delivered')?.after.fate;
  const routes = before.routes.map(routeWords).join(', ') || 'chains that nothing leads to';
  const how = stopped ? fateWords(then ?? 'untouched') : 'no traffic flowed there either';
  return [change('removed', stopped ? 'stops' : 'changes', `${tenseOf(sides).isGone}: ${routes} (${how})`, paths)];
}

function affinity({ before, after }: Pair, sides: Sides): Change[] {
  const was = before === undefined ? undefined : affinityOf(sides.before, before);
  const is = after === undefined ? undefined : affinityOf(sides.after, after);
  if (was === is || !hasChains(before, sides.before) || !hasChains(after, sides.after)) return [];
  const { was: then, isDrift } = tenseOf(sides);
  const sentence =
    is === undefined
      ? `Clients ${isDrift ? 'do not' : 'no longer'} stay with one endpoint (${then}: ` +
        `for ${durationWords(was ?? 0)} after their last connection)`
      : was === undefined
        ? `Clients stay with one endpoint for ${durationWords(is)} after their last connection (${then}: ` +
          'each connection goes to any endpoint)'
        : `Clients stay with one endpoint for ${durationWords(is)} after their last connection (${then}: ` +
          `${durationWords(was)})`;
  return [change('affinity', 'changes', sentence, [])];
}

/** Affinity matters only if there are balancing chains. */
function hasChains(port: Pair['before'], view: SideView): boolean {
  if (port === undefined) return false;
  return (
    ['cluster', 'local'].some(
      (kind) => view.index.chain('nat', port.found.chains.get(kind as 'cluster') ?? '') !== undefined,
    ) ||
    port.found.addresses.some(
      ({ address, port: number }) =>
        (view.traffic.virtualServers.get(`${port.found.protocol} ${address} ${number}`)?.realServers.length ?? 0) > 0,
    )
  );
}

function healthCheck({ before, after }: Pair): Change[] {
  const [was, is] = [before?.found.healthCheckNodePort ?? 0, after?.found.healthCheckNodePort ?? 0];
  if (was === is) return [];
  const sentence =
    is === 0
      ? `Load balancers no longer find a health check on node port ${was}`
      : was === 0
        ? `The node accepts load balancers' health checks on node port ${is}`
        : `The health check moves from node port ${was} to ${is}`;
  return [change('healthCheck', 'changes', sentence, [])];
}

function hairpin({ before, after }: Pair, sides: Sides): Change[] {
  const was = before === undefined ? [] : endpointsWithoutHairpin(sides.before, before);
  const is = after === undefined ? [] : endpointsWithoutHairpin(sides.after, after);
  const broken = is.filter((endpoint) => !was.includes(endpoint));
  const mended = was.filter((endpoint) => !is.includes(endpoint));
  return [
    ...(broken.length === 0
      ? []
      : [
          change(
            'hairpin',
            'stops',
            `${endpointNames(broken)} cannot reach ${ownService(broken)}: the answer does not come back`,
            [],
          ),
        ]),
    ...(mended.length === 0
      ? []
      : [change('hairpin', 'starts', `${endpointNames(mended)} can reach ${ownService(mended)}`, [])]),
  ];
}

function ownService({ length }: readonly string[]): string {
  return length === 1
    ? 'its own Service if it is sent back to itself'
    : 'their own Service if they are sent back to themselves';
}

/** Whether one of a pair's addresses is among `shared`, the addresses that several service ports claim. */
export function touches({ before, after }: Pair, shared: ReadonlySet<string>): boolean {
  return [before, after].some(
    (port) =>
      port?.routes.some(({ address, port: number }) => shared.has(`${port.found.protocol} ${address} ${number}`)) ===
      true,
  );
}
