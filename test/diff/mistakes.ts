import { compareSides } from '../../src/diff/report.js';
import { samePath } from '../../src/diff/paths.js';
import type { DiffReport, Path } from '../../src/diff/types.js';
import type { NodeContent } from '../../src/node/content.js';
import type { NodeModel } from '../../src/node/types.js';
import { formatPrefix, parseAddress, parsePrefix, prefixContains } from '../../src/net/address.js';
import { isLoopback, matchingNodeAddresses } from '../../src/proxy/node-port-addresses.js';
import type { ProxyState } from '../../src/proxy/state.js';
import { Oracle } from './support.js';

interface TestClient {
  readonly source: string | undefined;
  readonly through: string;
  readonly isPod: boolean;
}

/** Packets of Pods arrive by the interface that identifies Pods, if there is one. */
function clientsOf(sides: readonly NodeModel[]): TestClient[] {
  const detectors = sides.flatMap(({ families }) => families[0]?.state?.localDetector ?? []);
  const through = new Set(
    detectors.flatMap((detector) => (detector.kind === 'inInterface' ? [detector.name.replace('+', '0')] : [])),
  );
  return [
    ...(through.size === 0 ? ['cni0'] : [...through]).map((name) => ({
      source: '10.244.1.99',
      through: name,
      isPod: true,
    })),
    { source: undefined, through: '', isPod: false },
    { source: '203.0.113.200', through: 'eth0', isPod: false },
    { source: '10.1.2.3', through: 'eth0', isPod: false },
  ];
}

/** diff's name for a client, out of the names of its clients. */
function nameOf({ source, through, isPod }: TestClient, known: readonly string[]): string | undefined {
  const address = source === undefined ? undefined : parseAddress(source);
  if (address === undefined) return 'this node';
  const pods = known.find((words) => words === 'Pods' || words.endsWith(` by ${through}`));
  if (isPod && pods !== undefined) return pods;
  const narrowest = known
    .flatMap((words) => parsePrefix(/ in (\S+)$/.exec(words)?.[1] ?? '') ?? [])
    .filter((prefix) => prefixContains(prefix, address))
    .sort((a, b) => b.length - a.length)[0];
  return known.find((words) =>
    narrowest === undefined ? !isPod && words.includes('outside') : words.endsWith(` in ${formatPrefix(narrowest)}`),
  );
}

interface Question {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

/** Every address and port of a side's Services; `''`: the node's own addresses. */
function questionsOf(side: NodeModel): Question[] {
  return stateOf(side).servicePorts.flatMap(
    ({ protocol, clusterIP, port, externalIPs, loadBalancerVIPs, nodePort }) => [
      ...[clusterIP, ...externalIPs, ...loadBalancerVIPs].map((address) => ({ protocol, address, port })),
      ...(nodePort === 0 ? [] : [{ protocol, address: '', port: nodePort }]),
    ],
  );
}

function stateOf({ families }: NodeModel): ProxyState {
  const state = families[0]?.state;
  if (state === undefined) throw new Error('no rules');
  return state;
}

/** An address of the node that accepts node ports; undefined if only loopback does. */
function nodePortAddress(side: NodeModel): string | undefined {
  const { nodePortAddresses, options, family, nodeIP } = stateOf(side);
  const answering = matchingNodeAddresses(nodePortAddresses, options.host.interfaces, family).filter(
    (address) => !isLoopback(address),
  );
  return answering.includes(nodeIP) ? nodeIP : answering[0];
}

interface Claim {
  readonly before: Path;
  readonly after: Path;
}

/** The statements about a client and a route: one for each service port that has the route and changes. */
class Claims {
  private readonly byRoute = new Map<
    string,
    { readonly clients: readonly string[]; readonly paths: Map<string, Claim> }[]
  >();

  constructor({ services }: DiffReport) {
    for (const { family, protocol, clients, changes } of services.filter((one) => one.family === 'ipv4')) {
      const routes = new Map<string, Map<string, Claim>>();
      for (const { route, client, before, after } of changes.flatMap(({ paths }) => paths)) {
        const key = `${family} ${protocol} ${route.address} ${route.port}`;
        routes.set(key, (routes.get(key) ?? new Map<string, Claim>()).set(client, { before, after }));
      }
      for (const [key, paths] of routes) this.byRoute.set(key, [...(this.byRoute.get(key) ?? []), { clients, paths }]);
    }
  }

  of(protocol: string, address: string, port: number, client: TestClient): Claim | undefined {
    const found = (this.byRoute.get(`ipv4 ${protocol} ${address} ${port}`) ?? []).flatMap(
      ({ clients, paths }) => paths.get(nameOf(client, clients) ?? '') ?? [],
    );
    return found[0];
  }
}

function refusesNode({ ruleSet }: NodeContent, address: string): boolean {
  return ruleSet.tables.some(({ rules }) =>
    rules.some(
      ({ chain, matches }) =>
        chain === 'KUBE-IPVS-OUT-FILTER' &&
        matches.some((match) => match.kind === 'ipvsVirtualService' && match.address === address),
    ),
  );
}

/** Which of diff's statements about two sides are wrong according to the packet tracer, in words; IPv4 only. */
export function mistakes(a: NodeModel, b: NodeModel): string[] {
  const claims = new Claims(compareSides(a, b));
  const [first, second] = [a.families[0], b.families[0]];
  if (first === undefined || second === undefined) throw new Error('no rules');
  const [before, after] = [new Oracle(first), new Oracle(second)];
  const found: string[] = [];
  for (const { protocol, address, port } of [...questionsOf(a), ...questionsOf(b)]) {
    const [there, then] = address === '' ? [nodePortAddress(a), nodePortAddress(b)] : [address, address];
    if (there === undefined || then === undefined) continue;
    for (const client of clientsOf([a, b])) {
      // Whether the node may use a load balancer that does not allow it depends on when OUTPUT's filter sees packets
      // that IPVS rewrote.
      if (client.source === undefined && [first, second].some((side) => refusesNode(side, address))) continue;
      const was = before.path(protocol, there, port, client.source, client.through);
      const is = after.path(protocol, then, port, client.source, client.through);
      const claim = claims.of(protocol, address, port, client);
      const isRight =
        claim === undefined ? samePath(was, is) : samePath(claim.before, was) && samePath(claim.after, is);
      if (!isRight)
        found.push(
          `${client.source ?? 'node'} → ${there}:${port}: ${claim === undefined ? 'not claimed' : 'claimed otherwise'}; was ${JSON.stringify(was)}, is ${JSON.stringify(is)}, claimed ${JSON.stringify(claim)}`,
        );
    }
  }
  return found;
}
