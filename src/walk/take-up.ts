/** IPVS: a virtual server accepts a packet and forwards it. */
import { hostAndPort, isLoopbackAddress, readAddress } from './address.js';
import { isParting, type Parting } from './doubt.js';
import type { VirtualShare, VirtualTarget } from './types.js';
import type { Walking } from './walking.js';
import { planOf } from './stages.js';
import { addStep, assume, wordsFor } from './state.js';
import type { WalkEnd, WalkState } from './types.js';
import { setExit } from './exit.js';
import { itself } from './packets.js';
import type { World } from './types.js';

/**
 * Passes the packet to the virtual server for its destination, and continues for each real server that may be chosen.
 */
export function takeUp(state: WalkState, walking: Walking): WalkEnd | Parting | undefined {
  if (state.takenUp !== undefined) return undefined;
  const server = walking.world.program.virtualTargets.find(state);
  if (server === undefined || isParting(server)) return server;
  const { shares, assumptions } = server;
  state.changes++;
  state.outBeforeNat = undefined;
  state.takenUp = { by: server, client: state.madeSource, address: state.madeDestination, port: state.madePort };
  for (const text of assumptions) assume(state, text);
  if (shares.length === 0) {
    addStep(state, () => ({ kind: 'virtualServer', hook: state.hook, server, result: 'no real server: rejected' }));
    return {
      state,
      verdict: 'REJECT',
      reason:
        'the virtual server has no real server that accepts connections, so the kernel answers with port ' +
        'unreachable',
    };
  }
  shareOut(state, server, walking);
  return undefined;
}

function shareOut(state: WalkState, server: VirtualTarget, { branches }: Walking): void {
  const { weight } = state;
  const all = server.shares.map((share, index) =>
    index === 0 ? Object.assign(state, { weight: weight * share.weight }) : undefined,
  );
  for (let index = server.shares.length - 1; index > 0; index--)
    all[index] = branches.fork(state, weight * (server.shares[index]?.weight ?? 0));
  all.forEach((branch, index) => {
    const share = server.shares[index];
    if (branch !== undefined && share !== undefined) sendTo(branch, share, server);
  });
}

function sendTo(state: WalkState, share: VirtualShare, server: VirtualTarget): void {
  const address = readAddress(share.address) ?? state.destination;
  const port = share.port === 0 ? state.destinationPort : share.port;
  const made = { madeDestination: address, madePort: port, isForEndpoint: true };
  Object.assign(state, { destination: address, destinationPort: port, ...made });
  if (share.forwarding !== 'masquerade')
    assume(state, `${share.address} receives the packet with an unchanged destination (${share.forwarding})`);
  addStep(state, () => ({
    kind: 'virtualServer',
    hook: state.hook,
    server,
    result: address === undefined ? share.address : hostAndPort(address, port),
  }));
  state.stages = { item: { kind: 'sendOn' }, before: state.stages };
}

/**
 * A packet for a real server on the node itself continues here; for any other, it is sent like a packet of the node
 * itself.
 */
export function sendOn(state: WalkState, { world, plans }: Walking): WalkEnd | Parting | undefined {
  const wasIncoming = state.hook === 'INPUT';
  const isHere = state.destination !== undefined && world.host.isLocal(state.destination) === true;
  const offence = loopbackOffence(state, isHere, wasIncoming, world);
  if (isParting(offence)) return offence;
  const stop = setExit(state, world);
  if (stop !== undefined) return stop;
  // No later NAT rule changes the destination.
  state.destinationAskedAt = 'FORWARD';
  if (offence !== undefined) {
    state.stages = planOf([{ kind: 'giveUp', reason: offence }]);
    return undefined;
  }
  if (isHere) return undefined;
  if (wasIncoming) Object.assign(state, { inInterface: itself, madeInterface: itself });
  state.stages = plans.fromVirtualServer;
  return undefined;
}

/**
 * Loopback addresses remain on the node, independent of route_localnet (crosses_local_route_boundary and
 * ip_vs_nat_xmit, net/netfilter/ipvs/ip_vs_xmit.c).
 */
function loopbackOffence(
  state: WalkState,
  isHere: boolean,
  wasIncoming: boolean,
  world: World,
): string | Parting | undefined {
  const { destination } = state;
  if (!isHere) {
    const isLoopback = world.ofAddress(state, 'source', 'loopback', isLoopbackAddress);
    if (isParting(isLoopback)) return isLoopback;
    if (isLoopback)
      return `IPVS sends nothing from ${wordsFor(state.source, 'source')} to a real server on another host`;
  }
  if (wasIncoming && destination !== undefined && isLoopbackAddress(destination))
    return `IPVS sends nothing that came from another host to the real server ${destination.text}`;
  return undefined;
}
