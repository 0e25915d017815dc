import { deciderWords } from '../explain/words/decider.js';
import { sameEndpoints } from './paths.js';
import type { Tense } from './tense.js';
import type { Change, Path, PathChange, Route, Severity } from './types.js';
import { balanceWords, clientWords, endpointNames, fateWords, routesWords, routeWords, sourceWords } from './words.js';
import { addToGroup } from '../diagnostics/groups.js';
import { capitalised } from '../diagnostics/words.js';

/** The input for sentences about one service port. */
interface Scene {
  /** Its routes on the first and on the second side. */
  readonly before: readonly Route[];
  readonly after: readonly Route[];
  /** All kinds of clients that were compared. */
  readonly clients: readonly string[];
  readonly tense: Tense;
}

/** Describes changed paths in sentences; every path is covered by at least one. */
export function describePaths(paths: readonly PathChange[], scene: Scene): Change[] {
  const moved = movedRoutes(scene);
  const isMoved = ({ route }: PathChange): boolean =>
    moved.some(([from, to]) => sameRoute(route, from) || sameRoute(route, to));
  const others = paths.filter((path) => !isMoved(path));
  return [
    ...moved.flatMap(([from, to]) => describeMove(from, to, paths, scene)),
    ...groups(others.filter(stops), ({ after }) => after.fate).map((group) => describeStop(group, scene)),
    ...groups(others.filter(starts), ({ before, after }) => `${before.fate} ${endpointKey(after)}`).map((group) =>
      describeStart(group, scene),
    ),
    ...groups(others.filter(fails), ({ before, after }) => `${before.fate} ${after.fate}`).map((group) =>
      describeFailure(group, scene),
    ),
    ...groups(others.filter(rebalances), ({ before, after }) => `${endpointKey(before)} → ${endpointKey(after)}`).map(
      (group) => describeEndpoints(group, scene),
    ),
    ...groups(others.filter(changesSource), ({ before, after }) => `${before.source} ${after.source}`).map((group) =>
      describeSource(group, scene),
    ),
  ];
}

const stops = ({ before, after }: PathChange): boolean => before.fate === 'delivered' && after.fate !== 'delivered';
const starts = ({ before, after }: PathChange): boolean => before.fate !== 'delivered' && after.fate === 'delivered';
const fails = ({ before, after }: PathChange): boolean => before.fate !== 'delivered' && after.fate !== 'delivered';
const keeps = ({ before, after }: PathChange): boolean => before.fate === 'delivered' && after.fate === 'delivered';
const changesSource = (path: PathChange): boolean => keeps(path) && path.before.source !== path.after.source;
const rebalances = (path: PathChange): boolean =>
  keeps(path) && (!sameEndpoints(path.before, path.after) || Math.abs(path.before.lost - path.after.lost) > 0.001);

/** Whether two routes have the same address and port. */
function sameRoute(a: Route, b: Route): boolean {
  return a.address === b.address && a.port === b.port && (a.kind === 'nodePort') === (b.kind === 'nodePort');
}

/** Routes of a kind of which each side has exactly one, with different addresses or ports. */
function movedRoutes({ before, after }: Scene): (readonly [Route, Route])[] {
  const gone = before.filter((route) => !after.some((other) => sameRoute(route, other)));
  const come = after.filter((route) => !before.some((other) => sameRoute(route, other)));
  return gone.flatMap((route) => {
    const alike = come.filter(({ kind }) => kind === route.kind);
    const rivals = gone.filter(({ kind }) => kind === route.kind);
    return alike.length === 1 && rivals.length === 1 && alike[0] !== undefined ? [[route, alike[0]] as const] : [];
  });
}

function describeMove(from: Route, to: Route, paths: readonly PathChange[], { tense }: Scene): Change[] {
  const covered = paths.filter(({ route }) => sameRoute(route, from) || sameRoute(route, to));
  if (covered.length === 0) return [];
  const stopped = covered.some(stops);
  const after = covered.find(({ route }) => sameRoute(route, from))?.after;
  const old = tense.isDrift ? routeWords(from) : 'the old address';
  const consequence = !stopped
    ? ''
    : after?.fate === 'delivered'
      ? `, and ${old} leads to another endpoint`
      : `; at ${old}, ${fateWords(after?.fate ?? 'untouched')}`;
  const ends = covered.find(({ route, after: there }) => sameRoute(route, to) && there.fate === 'delivered')?.after;
  const balance =
    ends === undefined
      ? `; there, ${fateWords(covered.find(({ route }) => sameRoute(route, to))?.after.fate ?? 'untouched')}`
      : ` (${balanceWords(ends)})`;
  return [
    change(
      'delivery',
      stopped ? 'stops' : 'changes',
      `${capitalised(routeWords(from))} ${tense.isDrift ? `(${tense.was}) is` : 'becomes'} ` +
        `${routeWords(to)}${balance}${consequence}`,
      covered,
    ),
  ];
}

interface Group {
  readonly paths: readonly PathChange[];
  readonly routes: readonly Route[];
  readonly clients: readonly string[];
}

/**
 * Groups paths with the same change by route and client: routes with the same change for the same clients are combined.
 */
function groups(paths: readonly PathChange[], keyOf: (path: PathChange) => string): Group[] {
  const found: Group[] = [];
  for (const alike of by(paths, keyOf)) {
    const perRoute = by(alike, ({ route }) => `${route.kind} ${route.address} ${route.port}`);
    for (const same of by(perRoute, (list) => list.map(({ client }) => client).join('|'))) {
      const all = same.flat();
      found.push({
        paths: all,
        routes: same.flatMap(([first]) => first?.route ?? []),
        clients: [...new Set(all.map(({ client }) => client))],
      });
    }
  }
  return found;
}

function by<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const lists = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    addToGroup(lists, key, item);
  }
  return [...lists.values()];
}

function describeStop(group: Group, scene: Scene): Change {
  const clients = clientWords(group.clients, scene.clients);
  const isGone = group.routes.every((route) => !scene.after.some((other) => sameRoute(route, other)));
  const routes = isGone ? group.routes.map(routeWords).join(', ') : routesWords(group.routes, scene.before);
  const subject =
    clients === ''
      ? `${capitalised(routes)} ${group.routes.length > 1 ? scene.tense.lose : scene.tense.loses}`
      : `${capitalised(clients)} ${agreeing(scene.tense.noLongerReach, group)} ${routes}`;
  return change(
    'delivery',
    'stops',
    `${subject}: ${fateWords(group.paths[0]?.after.fate ?? 'untouched')}${deciderWords(group.paths[0]?.after.by)}`,
    group.paths,
  );
}

/** The verb's form: singular for the node alone, plural for all other clients. */
function agreeing(verb: string, { clients: [first, ...more] }: Group): string {
  return first === 'this node' && more.length === 0
    ? verb.replace(/^do /, 'does ').replace(/^((?:.* )?)(?<!not )reach$/, '$1reaches')
    : verb;
}

function describeStart(group: Group, scene: Scene): Change {
  const clients = clientWords(group.clients, scene.clients);
  const isNew = group.routes.every((route) => !scene.before.some((other) => sameRoute(route, other)));
  const routes = isNew ? group.routes.map(routeWords).join(', ') : routesWords(group.routes, scene.after);
  const [path] = group.paths;
  const was =
    path === undefined || path.before.fate === 'untouched'
      ? ''
      : `; ${scene.tense.was}, ` +
        (scene.tense.isDrift ? fateWords(path.before.fate) : fateWords(path.before.fate).replace(' are ', ' were '));
  const ends =
    path === undefined
      ? ''
      : ` (${balanceWords(path.after)}: ${endpointNames(path.after.endpoints.map(({ endpoint }) => endpoint))})`;
  const subject =
    clients === ''
      ? `Traffic ${scene.tense.flows} to ${routes}`
      : `${capitalised(clients)} ${agreeing(scene.tense.reach, group)} ${routes}`;
  return change('delivery', 'starts', `${subject}${ends}${was}`, group.paths);
}

function describeFailure(group: Group, scene: Scene): Change {
  const clients = clientWords(group.clients, scene.clients);
  const [path] = group.paths;
  const [was, is] = [path?.before.fate ?? 'untouched', path?.after.fate ?? 'untouched'];
  const routes = routesWords(group.routes, [
    ...scene.before,
    ...scene.after.filter((route) => !scene.before.some((other) => sameRoute(route, other))),
  ]);
  const from = clients === '' ? '' : ` from ${clients}`;
  return change(
    'delivery',
    'changes',
    `${scene.tense.isDrift ? 'No' : 'Still no'} traffic${from} flows to ${routes}: ` +
      `${fateWords(is)} (${scene.tense.was}: ${fateWords(was)})`,
    group.paths,
  );
}

function describeEndpoints(group: Group, scene: Scene): Change {
  const [path] = group.paths;
  const [before, after] = [path?.before ?? nowhere, path?.after ?? nowhere];
  const [was, is] = [
    new Set(before.endpoints.map(({ endpoint }) => endpoint)),
    new Set(after.endpoints.map(({ endpoint }) => endpoint)),
  ];
  const lost = [...was].filter((endpoint) => !is.has(endpoint));
  const gained = [...is].filter((endpoint) => !was.has(endpoint));
  const moves = [
    ...(lost.length === 0 ? [] : [`${scene.tense.noLongerGoes} ${endpointNames(lost)}`]),
    ...(gained.length === 0
      ? []
      : [`${lost.length === 0 ? scene.tense.alsoGoes : scene.tense.goes} ${endpointNames(gained)}`]),
  ];
  const what = moves.length === 0 ? 'is shared differently' : moves.join(scene.tense.isDrift ? ' but ' : ' and ');
  const sentence =
    `${scopeWords(group, scene)} ${what}: ${balanceWords(after)} (${scene.tense.was}: ` +
    `${balanceWords(before)})${after.lost > before.lost + 0.001 ? deciderWords(after.by) : ''}`;
  return change('endpoints', after.lost > before.lost + 0.001 ? 'stops' : 'changes', sentence, group.paths);
}

const nowhere: Path = { fate: 'untouched', endpoints: [], source: 'client', lost: 0 };

function describeSource(group: Group, scene: Scene): Change {
  const [path] = group.paths;
  const sentence =
    `${scopeWords(group, scene)} reaches endpoints from ${sourceWords(path?.after.source ?? 'client')} ` +
    `(${scene.tense.was}: from ${sourceWords(path?.before.source ?? 'client')})`;
  return change('source', 'changes', sentence, group.paths);
}

/** `Traffic from Pods to the cluster IP`; parts that cover everything are left out. */
function scopeWords(group: Group, scene: Scene): string {
  const clients = clientWords(group.clients, scene.clients);
  const isEverywhere = scene.after.every((route) => group.routes.some((other) => sameRoute(route, other)));
  const to = isEverywhere ? '' : ` to ${routesWords(group.routes, scene.after)}`;
  return `Traffic${clients === '' ? '' : ` from ${clients}`}${to}`;
}

function endpointKey({ endpoints, lost }: Path): string {
  return `${endpoints.map(({ endpoint, share }) => `${endpoint} ${share.toPrecision(4)}`).join()} ${lost.toFixed(3)}`;
}

/** A change in the form for reports. */
export function change(
  kind: Change['kind'],
  severity: Severity,
  sentence: string,
  paths: readonly PathChange[],
): Change {
  return { kind, severity, sentence, paths };
}
