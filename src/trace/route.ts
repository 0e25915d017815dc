/** What happens between the tables: routing, IPVS, and where a packet leaves the node. */
import { hostAndPort, isLoopbackAddress, isMulticast } from './address.js';
import type { Branches } from './branches.js';
import { enterChain } from './chain.js';
import { setExit } from './exit.js';
import { isLocal } from './match-address.js';
import { planOf, stages, type Stage } from './stages.js';
import { addStep, assume, factOf, type WalkEnd, type WalkState } from './state.js';
import { takeUp } from './take-up.js';
import type { World } from './world.js';

/** Takes up the next stage; an end where the packet comes no further. */
export function enterStage(stage: Stage, state: WalkState, world: World, branches: Branches): WalkEnd | undefined {
  switch (stage.kind) {
    case 'table':
      enterTable(stage, state, world);
      return undefined;
    case 'routeIn':
      return routeIn(state, world, branches);
    case 'reroute':
      return reroute(state, world);
    case 'virtualServer':
      state.hook = stage.hook;
      return takeUp(state, world, branches);
    case 'giveUp':
      return drop(state, stage.reason);
    case 'deliver':
      return deliver(state, world);
    case 'leave':
      return leave(state);
  }
}

function enterTable(stage: Stage & { readonly kind: 'table' }, state: WalkState, world: World): void {
  state.hook = stage.hook;
  state.table = stage.table;
  if (stage.table === 'nat' && !asksNat(state)) return;
  const chain = world.tables.get(stage.table)?.get(stage.hook);
  if (chain === undefined) return;
  state.base = chain;
  enterChain(state, chain);
}

/**
 * nat is asked once for the destination (PREROUTING, OUTPUT) and once for the source (INPUT, POSTROUTING) of a
 * connection.
 */
function asksNat(state: WalkState): boolean {
  if (!state.isTracked) return false;
  const isSource = state.hook === 'INPUT' || state.hook === 'POSTROUTING';
  const isSettled = isSource ? state.sourceIsSettled : state.destinationIsSettled;
  if (isSource) state.sourceIsSettled = true;
  else state.destinationIsSettled = true;
  return !isSettled;
}

function routeIn(state: WalkState, world: World, branches: Branches): WalkEnd | undefined {
  const { destination, source } = state;
  if (state.inInterface !== 'lo') {
    const martian = [destination, source].find((address) => isLoopbackAddress(address));
    if (martian !== undefined && (state.family === 'ipv6' || !world.host.routesLoopback)) {
      return drop(
        state,
        `${martian.text} must not come in by ${state.inInterface ?? 'a cable'} (net.ipv4.conf.*.route_localnet is off)`,
      );
    }
    if (state.family === 'ipv4' && world.host.isLocal(source) === true) {
      return drop(
        state,
        `the source ${source.text} is the node's own address and cannot come in by ${state.inInterface ?? 'a cable'}`,
      );
    }
  }
  const local =
    world.host.isBroadcast(destination) || isMulticast(destination) ? true : isLocal(destination, state, world.host);
  if (local === false) return toElsewhere(state, world);
  if (local !== true) {
    // The branch in which the address is not the node's takes this decision again.
    state.stages = planOf([{ kind: 'routeIn' }]);
    branches.part(state, local);
    if (factOf(state, `local ${destination.text}`) === false) return toElsewhere(state, world);
  }
  toNode(state);
  return undefined;
}

function drop(state: WalkState, reason: string): WalkEnd {
  return { state, verdict: 'DROP', reason };
}

function toNode(state: WalkState): void {
  addStep(state, { kind: 'route', hook: state.hook, text: `${state.destination.text} is the node's own: to INPUT` });
  state.stages = planOf(stages.input);
}

function toElsewhere(state: WalkState, world: World): WalkEnd | undefined {
  if (!world.host.forwards)
    return drop(state, `the node does not forward (net.ipv4.ip_forward), and ${state.destination.text} is not its own`);
  setExit(state, world);
  addStep(state, {
    kind: 'route',
    hook: state.hook,
    text: `${state.destination.text} is elsewhere: to FORWARD, out by ${state.outInterface ?? ''}${state.outIsCertain ? '' : ' (no nearer route is known)'}`,
  });
  state.stages = planOf(stages.forward);
  return undefined;
}

function reroute(state: WalkState, world: World): WalkEnd | undefined {
  if (state.destination.text !== state.question.destination.text) setExit(state, world);
  else if (factOf(state, `local ${state.destination.text}`) === true)
    Object.assign(state, { outInterface: 'lo', outIsCertain: true });
  else return undefined;
  if (
    state.family === 'ipv4' &&
    isLoopbackAddress(state.source) &&
    state.outInterface !== 'lo' &&
    !world.host.routesLoopback
  ) {
    return drop(
      state,
      `a packet from ${state.source.text} must not leave by ${state.outInterface ?? ''} (net.ipv4.conf.*.route_localnet is off)`,
    );
  }
  return undefined;
}

function deliver(state: WalkState, world: World): WalkEnd {
  const wasRewritten = state.hasDestinationNat || state.takenUp !== undefined;
  if (wasRewritten || state.protocol === 'icmp') return { state, verdict: 'ACCEPT', reason: 'the node itself answers' };
  const port = `${state.protocol}/${state.destinationPort}`;
  if (world.host.listening.has(port))
    return { state, verdict: 'ACCEPT', reason: `a process of the node listens on ${port}` };
  if (state.protocol === 'udp' && state.question.inInterface !== undefined) {
    assume(
      state,
      `a process of the node takes datagrams on ${port}: no rule does, and the kernel's refusals are too few to be relied upon`,
    );
    return { state, verdict: 'ACCEPT', reason: 'the datagram is handed to the node itself' };
  }
  assume(state, `no process of the node listens on ${port} (--listening ${port} says that one does)`);
  return {
    state,
    verdict: 'REJECT',
    reason: `no rule sends ${hostAndPort(state.destination, state.destinationPort)} on, and the node itself does not listen there`,
  };
}

function leave(state: WalkState): WalkEnd | undefined {
  if (state.outInterface !== 'lo') {
    return { state, verdict: 'ACCEPT', reason: `leaves by ${state.outInterface ?? 'a cable'}` };
  }
  // By lo it comes in again, with its mark and its connection.
  state.inInterface = 'lo';
  state.outInterface = undefined;
  state.outIsCertain = true;
  state.stages = planOf([...stages.incoming.slice(0, -1), ...stages.input]);
  return undefined;
}

/** Every plan ends in a stage that decides. */
export function endOfStages(state: WalkState, world: World): WalkEnd {
  return deliver(state, world);
}
