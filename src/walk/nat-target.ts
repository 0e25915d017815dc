/** Applies NAT rules to packets. */
import { addressOfValue, hostAndPort, readAddress, type TraceAddress } from './address.js';
import { addressSets } from './address-set.js';
import { isParting, type Parting } from './doubt.js';
import { addressesOf, mappedAddress, type NatRange } from './nat.js';
import { inInterfaceOf, originalDestinationIn, originalSourceIn, outInterfaceOf, transportIn } from './part.js';
import type { Action, PortSpan } from './types.js';
import { assume, copyOf, hostHint, whereTo, wordsFor } from './state.js';
import type { WalkState } from './types.js';
import { isSourceHook } from './stages.js';
import { ofPorts, pings } from './transport.js';
import type { World } from './types.js';

/** The result of a NAT action: the chain then accepts the packet, unless `dropped` gives a reason. */
export interface NatResult {
  readonly result?: string;
  readonly dropped?: string;
  /** The same for branches with the other addresses of a range, to be made once the rule has had its effect. */
  readonly others?: readonly { readonly share: number; readonly rewrite: (branch: WalkState) => string }[];
}

/** How an action splits the packets before it has an effect. */
export function partingOf(action: Action | undefined, state: WalkState, world: World): Parting | undefined {
  const answer = needOf(action, state, world);
  return isParting(answer) ? answer : undefined;
}

function needOf(action: Action | undefined, state: WalkState, world: World): unknown {
  switch (action?.kind) {
    case 'jump':
    case 'goto':
      return action.chain?.candidates(state);
    case 'destinationNat':
      return portIn(action.range?.ports, copyOf(state));
    case 'redirect': {
      const name = inInterfaceOf(state);
      return isParting(name) ? name : portIn(action.ports, copyOf(state));
    }
    case 'masquerade':
    case 'prefixNat':
      return rewriteNeed(action, copyOf(state), world);
    default:
      return undefined;
  }
}

function rewriteNeed(
  action: Action & { readonly kind: 'masquerade' | 'prefixNat' },
  state: WalkState,
  world: World,
): NatResult | Parting {
  return action.kind === 'masquerade' ? masquerade(state, world) : prefixNat(action.prefix, state);
}

/** Applies an action that rewrites addresses; undefined for other actions. */
export function rewrite(action: Action, state: WalkState, world: World): NatResult | Parting | undefined {
  switch (action.kind) {
    case 'destinationNat':
      return destinationNat(action.range, action.text, state);
    case 'redirect':
      return redirect(action.ports, state, world);
    case 'sourceNat':
      return sourceNat(action.range, action.text, state);
    case 'masquerade':
      return masquerade(state, world);
    case 'prefixNat':
      return prefixNat(action.prefix, state);
    default:
      return undefined;
  }
}

function destinationNat(range: NatRange | undefined, text: string, state: WalkState): NatResult | Parting {
  if (range === undefined) {
    assume(state, `DNAT to ${text}changes nothing: it is not an address of this family`);
    return {};
  }
  const port = portIn(range.ports, state);
  if (isParting(port)) return port;
  const { addresses, isWhole } = addressesOf(range);
  if (!isWhole)
    assume(state, `DNAT picks one of the first ${addresses.length} addresses of ${text}; the others are not followed`);
  if (addresses.length > 1)
    assume(
      state,
      `a hash of the client's and the destination's address picks one of ${text}: ` +
        'the same for every connection of this client',
    );
  const share = state.weight / Math.max(1, addresses.length);
  state.weight = share;
  const result = setDestination(state, addresses[0], port);
  if (addresses.length < 2) return { result };
  const others = addresses
    .slice(1)
    .map((address) => ({ share, rewrite: (branch: WalkState) => setDestination(branch, address, port) }));
  return { result, others };
}

/** The new port; undefined: unchanged. */
function portIn(ports: PortSpan | undefined, state: WalkState): number | undefined | Parting {
  if (ports === undefined) return undefined;
  const isPing = transportIn(state, pings);
  if (isPing !== false) return isPing === true ? undefined : isPing;
  if (ports.from === ports.to) return ports.from;
  const isWithin = transportIn(state, ofPorts([ports.from, ports.to]));
  if (isParting(isWithin)) return isWithin;
  if (isWithin) return undefined;
  assume(state, `of the ports ${ports.from}-${ports.to} the kernel chooses ${ports.from}`);
  return ports.from;
}

function setDestination(state: WalkState, address: TraceAddress | undefined, port: number | undefined): string {
  if (address !== undefined) {
    state.destination = address;
    state.madeDestination = address;
  }
  if (port !== undefined) {
    state.destinationPort = port;
    state.madePort = port;
  }
  state.hasDestinationNat = true;
  state.isForEndpoint = state.chain?.leadsToEndpoints === true;
  if (!state.group.keepsSteps) return '';
  if (state.destination === undefined) return port === undefined ? 'the same' : `port ${port}`;
  return hostAndPort(state.destination, state.protocol === 'icmp' ? undefined : state.destinationPort);
}

function redirect(ports: PortSpan | undefined, state: WalkState, world: World): NatResult | Parting {
  const name = inInterfaceOf(state);
  if (isParting(name)) return name;
  const address =
    state.hook === 'OUTPUT'
      ? readAddress(state.family === 'ipv4' ? '127.0.0.1' : '::1')
      : world.host.redirectAddress(name, state.family);
  if (address === 'none') return { dropped: `REDIRECT finds no address on ${name}` };
  const port = portIn(ports, state);
  if (isParting(port)) return port;
  state.isRedirected = true;
  const result = setDestination(state, address, port);
  if (address !== undefined) return { result };
  assume(state, `REDIRECT sends it to an address of ${name}, which is not known (${hostHint})`);
  return { result: whereTo(state) };
}

function sourceNat(range: NatRange | undefined, text: string, state: WalkState): NatResult {
  if (range?.from !== undefined) setSource(state, range.from);
  if (range?.to !== undefined && range.to.text !== range.from?.text)
    assume(state, `of the addresses ${text} the kernel chooses ${range.from?.text ?? ''}`);
  state.hasSourceNat = true;
  return { result: `source ${wordsFor(state.source, 'source')}` };
}

function setSource(state: WalkState, address: TraceAddress): void {
  state.source = address;
  state.madeSource = address;
}

/** Uses an address of the outgoing interface. */
function masquerade(state: WalkState, world: World): NatResult | Parting {
  if (state.leavesAsItCame && state.stages?.item.kind === 'leave') {
    // Each packet gets the address of its own interface; no later rule uses it.
    state.hasSourceNat = true;
    return { result: 'source: an address of the interface that it came in by' };
  }
  const outInterface = outInterfaceOf(state);
  if (isParting(outInterface)) return outInterface;
  const address = masqueradeAddress(outInterface, state, world);
  if (isParting(address)) return address;
  const isToItself =
    state.family === 'ipv6' && state.destination !== undefined && world.host.isLocal(state.destination) === true;
  state.hasSourceNat = true;
  if (address !== undefined) setSource(state, address);
  if (!state.outIsCertain && !isToItself)
    return {
      result:
        'source: an address of the interface it leaves ' +
        `by${address === undefined ? '' : ` (of ${outInterface}: ${address.text})`}`,
    };
  if (address === undefined) return { result: `source: an address of ${outInterface}` };
  return { result: `source ${address.text}` };
}

/** In IPv6, if the destination is one of the node's own addresses, that address (RFC 6724, rule 1). */
function masqueradeAddress(name: string, state: WalkState, world: World): TraceAddress | undefined | Parting {
  return world.ofAddress(state, 'destination', `masquerade ${name}`, (destination) => {
    const isToItself = destination.family === 'ipv6' && world.host.isLocal(destination) === true;
    return isToItself ? destination : world.host.masqueradeAddress(name, destination);
  });
}

/** For sets with more addresses, the new addresses are not listed one by one. */
const mostMapped = 64n;

/** A prefix maps each address to another one. */
function prefixNat(prefix: string, state: WalkState): NatResult | Parting {
  const isSource = isSourceHook(state.hook);
  const before = isSource ? state.source : state.destination;
  if (before === undefined) return manyMapped(prefix, state, isSource);
  const address = mappedAddress(before, prefix);
  if (address === undefined) return {};
  if (!isSource) return { result: setDestination(state, address, undefined) };
  setSource(state, address);
  state.hasSourceNat = true;
  return { result: `source ${address.text}` };
}

function asParting(answer: boolean | Parting): NatResult | Parting {
  return typeof answer === 'boolean' ? {} : answer;
}

function manyMapped(prefix: string, state: WalkState, isSource: boolean): NatResult | Parting {
  const { packets } = state;
  const all = isSource ? packets.sources : packets.destinations.flatMap(({ addresses }) => addresses);
  const set = addressSets.of(addressSets.pairs(all));
  const count = addressSets.pairs(set).reduce((sum, [from, to]) => sum + to - from + 1n, 0n);
  const first = addressOfValue(set[0] ?? 0n, state.family);
  if (count <= mostMapped)
    return isSource
      ? asParting(originalSourceIn(packets, addressSets.one(first.value)))
      : asParting(originalDestinationIn(packets, addressSets.one(first.value)));
  assume(state, `NETMAP maps each address into ${prefix}; only ${first.text} is followed`);
  if (isSource) state.source = first;
  else state.destination = first;
  return prefixNat(prefix, state);
}
