import type { PortRange, Target } from '../iptables/types.js';
import { hostAndPort, readAddress, type TraceAddress } from './address.js';
import type { Branches } from './branches.js';
import { addressesOf, mappedAddress, readNatRange, type NatRange } from './nat.js';
import { assume, type WalkState } from './state.js';
import type { World } from './world.js';

/** What a target of table nat did: the packet is accepted in this table, unless `dropped` says why not. */
export interface NatResult {
  readonly result?: string;
  readonly dropped?: string;
}

/** Applies a target that rewrites addresses; undefined where the target is none. */
export function natTarget(target: Target, state: WalkState, world: World, branches: Branches): NatResult | undefined {
  switch (target.kind) {
    case 'destinationNat':
      return destinationNat(readNatRange(target.to, state.family), target.to, state, branches);
    case 'redirect':
      return redirect(target.toPorts, state, world);
    case 'sourceNat':
      return sourceNat(readNatRange(target.to, state.family), target.to, state);
    case 'masquerade':
      return masquerade(state, world);
    case 'netmap':
      return netmap(target.to, state);
    default:
      return undefined;
  }
}

function destinationNat(range: NatRange | undefined, text: string, state: WalkState, branches: Branches): NatResult {
  if (range === undefined) {
    assume(state, `DNAT to ${text}, which is no address here, changes nothing`);
    return {};
  }
  const { addresses, isWhole } = addressesOf(range);
  if (!isWhole)
    assume(state, `DNAT picks one of the first ${addresses.length} addresses of ${text}; the others are not followed`);
  if (addresses.length > 1)
    assume(
      state,
      `a hash of the client's and the destination's address picks one of ${text}: the same for every connection of this client`,
    );
  const share = state.weight / Math.max(1, addresses.length);
  const settled = { port: portIn(range.ports, state), address: addresses[0] ?? state.destination };
  // The last one to be set aside is the first to be walked.
  for (const address of addresses.slice(1).reverse())
    setDestination(branches.fork(state, share), address, settled.port, true);
  state.weight = share;
  return { result: setDestination(state, settled.address, settled.port, false) };
}

function portIn(ports: PortRange | undefined, state: WalkState): number {
  if (ports === undefined || (state.destinationPort >= ports.from && state.destinationPort <= ports.to))
    return state.destinationPort;
  if (ports.from !== ports.to) assume(state, `of the ports ${ports.from}-${ports.to} the kernel takes ${ports.from}`);
  return ports.from;
}

/** A branch that is only walked later has left its table already. */
function setDestination(state: WalkState, address: TraceAddress, port: number, hasLeft: boolean): string {
  state.destination = address;
  state.destinationPort = port;
  state.hasDestinationNat = true;
  const result = hostAndPort(address, state.protocol === 'icmp' ? undefined : port);
  if (hasLeft) Object.assign(state, { chain: undefined, list: undefined, parent: undefined, path: undefined });
  return result;
}

function redirect(ports: PortRange | undefined, state: WalkState, world: World): NatResult {
  const address =
    state.hook === 'OUTPUT'
      ? readAddress(state.family === 'ipv4' ? '127.0.0.1' : '::1')
      : world.host.primaryAddress(state.inInterface ?? '', state.family);
  if (address === undefined) return { dropped: `REDIRECT finds no address on ${state.inInterface ?? 'the interface'}` };
  return { result: setDestination(state, address, portIn(ports, state), false) };
}

function sourceNat(range: NatRange | undefined, text: string, state: WalkState): NatResult {
  if (range?.from !== undefined) state.source = range.from;
  if (range?.to !== undefined && range.to.text !== range.from?.text)
    assume(state, `of the addresses ${text} the kernel takes ${range.from?.text ?? ''}`);
  state.hasSourceNat = true;
  return { result: `source ${state.source.text}` };
}

/**
 * An address of the interface the packet leaves by; in IPv6 of its own addresses that which is the destination, if one
 * is (RFC 6724, rule 1).
 */
function masquerade(state: WalkState, world: World): NatResult {
  state.hasSourceNat = true;
  const { outInterface = '', outIsCertain, destination } = state;
  const isToItself = state.family === 'ipv6' && world.host.isLocal(destination) === true;
  const address = isToItself ? destination : world.host.masqueradeAddress(outInterface, destination);
  if (address !== undefined) state.source = address;
  if (!outIsCertain && !isToItself)
    return {
      result: `source: an address of the interface it leaves by${address === undefined ? '' : ` (of ${outInterface}: ${address.text})`}`,
    };
  if (address === undefined) return { result: `source: an address of ${outInterface}` };
  return { result: `source ${address.text}` };
}

function netmap(to: string, state: WalkState): NatResult {
  const isSource = state.hook === 'POSTROUTING' || state.hook === 'INPUT';
  const address = mappedAddress(isSource ? state.source : state.destination, to);
  if (address === undefined) return {};
  if (!isSource) return { result: setDestination(state, address, state.destinationPort, false) };
  state.source = address;
  state.hasSourceNat = true;
  return { result: `source ${address.text}` };
}
