/** IPVS takes a packet up and sends it on. */
import { hostAndPort, isLoopbackAddress, readAddress } from './address.js';
import type { Branches } from './branches.js';
import { setExit } from './exit.js';
import { planOf, stages } from './stages.js';
import { addStep, assume, type WalkEnd, type WalkState } from './state.js';
import { sharesOf } from './virtual-server.js';
import type { World } from './world.js';

/**
 * Hands the packet to the virtual server that answers for its destination, and goes on to each real server it may
 * choose.
 */
export function takeUp(state: WalkState, world: World, branches: Branches): WalkEnd | undefined {
  const server = world.virtualServers.find(state);
  if (server === undefined || state.takenUp !== undefined) return undefined;
  const { shares, assumptions } = sharesOf(server);
  state.takenUp = { client: state.source, address: state.destination, port: state.destinationPort };
  for (const text of assumptions) assume(state, text);
  if (shares.length === 0) {
    addStep(state, { kind: 'virtualServer', hook: state.hook, server, result: 'no real server: refused' });
    return {
      state,
      verdict: 'REJECT',
      reason:
        'the virtual server has no real server that takes connections, so that the kernel answers with port unreachable',
    };
  }
  const { weight, stages: rest } = state;
  const all = shares.map((share, index) =>
    index === 0 ? Object.assign(state, { weight: weight * share.weight }) : undefined,
  );
  for (let index = shares.length - 1; index > 0; index--)
    all[index] = branches.fork({ ...state, stages: rest }, weight * (shares[index]?.weight ?? 0));
  all.forEach((branch, index) => {
    const real = shares[index]?.real;
    if (branch === undefined || real === undefined) return;
    branch.destination = readAddress(real.address) ?? branch.destination;
    branch.destinationPort = real.port === 0 ? branch.destinationPort : real.port;
    if (real.forwarding !== 'masquerade')
      assume(branch, `${real.address} takes the packet with its destination as it is (${real.forwarding})`);
    addStep(branch, {
      kind: 'virtualServer',
      hook: branch.hook,
      server,
      result: hostAndPort(branch.destination, branch.destinationPort),
    });
    sendOn(branch, world);
  });
  return undefined;
}

/** A real server on the node itself is reached where the packet is; for any other it is sent as if by the node. */
function sendOn(state: WalkState, world: World): void {
  const wasIncoming = state.hook === 'INPUT';
  const isHere = world.host.isLocal(state.destination) === true;
  const offence = loopbackOffence(state, isHere, wasIncoming);
  state.destinationIsSettled = true;
  setExit(state, world);
  if (offence !== undefined) {
    state.stages = planOf([{ kind: 'giveUp', reason: offence }]);
    return;
  }
  if (isHere) return;
  if (wasIncoming) state.inInterface = undefined;
  state.stages = planOf(stages.fromVirtualServer);
}

/**
 * Loopback addresses stay on the node, whatever route_localnet says (crosses_local_route_boundary and ip_vs_nat_xmit,
 * net/netfilter/ipvs/ip_vs_xmit.c).
 */
function loopbackOffence(
  { source, destination }: WalkState,
  isHere: boolean,
  wasIncoming: boolean,
): string | undefined {
  if (!isHere && isLoopbackAddress(source)) return `IPVS sends nothing from ${source.text} to a real server elsewhere`;
  if (wasIncoming && isLoopbackAddress(destination))
    return `IPVS hands nothing that came in by a cable to the real server ${destination.text}`;
  return undefined;
}
