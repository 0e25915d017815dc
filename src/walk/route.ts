/** What happens between the chains: routing, and leaving the node. */
import { hostAndPort, isLoopbackAddress, type TraceAddress } from './address.js';
import { isParting, type Parting } from './doubt.js';
import { enterChain } from './enter.js';
import { askerOf, setExit, type Asker } from './exit.js';
import { interfaceOfPods, type HostModel } from './host.js';
import { isLoopback as isLoopbackName } from './interfaces.js';
import { isLocal, isToAll, localDestination } from './local.js';
import { interfaceFits, transportIn } from './part.js';
import type { BaseChain } from './types.js';
import { isSourceHook, planOf } from './stages.js';
import type { Stage } from './types.js';
import { addStep, assume, factOf, isRedirectedSomewhere, wordsFor } from './state.js';
import type { WalkEnd, WalkState, WalkStep } from './types.js';
import { podsWay } from './way-out.js';
import type { Walking } from './walking.js';
import { sendOn, takeUp } from './take-up.js';
import { pings } from './transport.js';
import type { World } from './types.js';

const sides = ['destination', 'source'] as const;

/** Processes the next stage; returns an end if the packet is stopped there. */
export function enterStage(stage: Stage, state: WalkState, walking: Walking): WalkEnd | Parting | undefined {
  switch (stage.kind) {
    case 'chain':
      return enterBase(stage.base, state, walking.world);
    case 'routeIn':
      return routeIn(state, walking);
    case 'routeOut':
      return setExit(state, walking.world);
    case 'reroute':
      return reroute(state, walking.world);
    case 'virtualServer':
      state.hook = stage.hook;
      return takeUp(state, walking);
    case 'sendOn':
      return sendOn(state, walking);
    case 'giveUp':
      return drop(state, stage.reason);
    case 'deliver':
      return deliver(state, walking.world);
    case 'leave':
      return leave(state, walking);
  }
}

function enterBase(base: BaseChain, state: WalkState, world: World): Parting | undefined {
  const unfit = base.type === 'nat' && base.hook === 'PREROUTING' ? unfitForNat(state, world) : false;
  if (isParting(unfit)) return unfit;
  if (unfit || (base.type === 'nat' && !asksNat(state, base))) {
    state.hook = base.hook;
    state.table = base.table;
    return undefined;
  }
  const { chain } = base;
  state.hook = base.hook;
  if (chain !== undefined) {
    const list = chain.candidates(state);
    if (isParting(list)) return list;
    state.base = base;
    enterChain(state, chain, list);
  }
  if (base.type === 'nat') noteAsked(state, base);
  state.table = base.table;
  return undefined;
}

/**
 * For sets, sources that routing drops are separated before NAT creates many ways, because their destination does not
 * matter.
 */
function unfitForNat(state: WalkState, world: World): boolean | Parting {
  if (state.group.keepsSteps || state.packets.isFromNode) return false;
  const byLoopback = interfaceFits(state, isLoopbackName);
  if (byLoopback !== false) return byLoopback === true ? false : byLoopback;
  return world.ofAddress(state, 'source', 'unfit', isUnfitSource);
}

function isUnfitSource(source: TraceAddress, host: HostModel): boolean {
  const isForeign = source.family === 'ipv4' && host.isLocal(source) === true;
  return isForeign || (isLoopbackAddress(source) && (source.family === 'ipv6' || !host.routesLoopback));
}

/** NAT applies once to a connection's destination (PREROUTING, OUTPUT) and once to its source (INPUT, POSTROUTING). */
function asksNat(state: WalkState, { hook }: BaseChain): boolean {
  if (!state.isTracked) return false;
  const isSource = isSourceHook(hook);
  const before = isSource ? state.sourceAskedAt : state.destinationAskedAt;
  const isSettled = isSource ? state.hasSourceNat : state.hasDestinationNat;
  return before === undefined || (before === hook && !isSettled);
}

function noteAsked(state: WalkState, { hook }: BaseChain): void {
  if (isSourceHook(hook)) state.sourceAskedAt = hook;
  else state.destinationAskedAt = hook;
}

function routeIn(state: WalkState, walking: Walking): WalkEnd | Parting | undefined {
  const { world } = walking;
  const martian = martianReason(state, world);
  if (isParting(martian)) return martian;
  if (martian !== undefined) return drop(state, martian);
  const toAll = isToAll(state, world);
  if (isParting(toAll)) return toAll;
  const routed = toAll ? true : isRoutedToNode(state, world);
  if (isParting(routed)) return routed;
  const local = routed ? true : isLocal(state, 'destination', world);
  if (isParting(local)) return local;
  if (local === false) return toElsewhere(state, walking);
  if (local !== true) {
    // The branch in which the address is not the node's repeats this decision.
    state.stages = planOf([{ kind: 'routeIn' }]);
    walking.branches.part(state, local);
    if (factOf(state, localDestination) === false) return undefined;
  }
  addStep(state, stepToInput);
  state.stages = walking.plans.input;
  return undefined;
}

function stepToInput(state: WalkState): WalkStep {
  const whose = state.proxyPort === undefined ? "the node's own" : 'received by the node itself';
  const what = isRedirectedSomewhere(state) ? 'the address' : wordsFor(state.destination, 'destination');
  return { kind: 'route', hook: state.hook, text: `${what} is ${whose}: to INPUT` };
}

/** `local` routes selected by mark, as TPROXY needs them for addresses that are not the node's. */
function isRoutedToNode(state: WalkState, world: World): boolean | Parting {
  const { host } = world;
  const { mark, proxyPort } = state;
  const isOther = world.ofAddress(state, 'destination', 'not own', isNotOwn);
  if (isOther !== true || (proxyPort === undefined && !host.hasPolicies(state.family)))
    return isParting(isOther) ? isOther : false;
  const asker = askerOf(state, world);
  if (isParting(asker)) return asker;
  const answer = routesToItself(state, asker, world);
  if (answer !== undefined || proxyPort === undefined) return answer ?? false;
  assume(
    state,
    `a rule of ip rule routes packets of mark 0x${mark.toString(16)} to the node itself, ` +
      'as TPROXY needs (--host takes ip -json rule and ip -json route show table all)',
  );
  return true;
}

function routesToItself(state: WalkState, { key, question }: Asker, world: World): boolean | undefined | Parting {
  return world.ofAddress(state, 'destination', `to itself ${key}`, (destination, host) =>
    host.routesToItself({ ...question, destination }),
  );
}

/** Why the packet is not allowed by its incoming interface; undefined if it is. */
function martianReason(state: WalkState, world: World): string | Parting | undefined {
  const isByLoopback = interfaceFits(state, isLoopbackName);
  if (isByLoopback !== false) return isByLoopback === true ? undefined : isByLoopback;
  const loopback = loopbackReason(state, world);
  if (loopback !== undefined) return loopback;
  if (state.family === 'ipv6') return undefined;
  const isOwn = world.ofAddress(state, 'source', 'own', isOwnAddress);
  if (isParting(isOwn)) return isOwn;
  return isOwn
    ? `the source ${state.source?.text ?? 'address'} is the node's own address and cannot come in by ` +
        (state.inInterface ?? 'a cable')
    : undefined;
}

function isNotOwn(address: TraceAddress, host: HostModel): boolean {
  return host.isLocal(address) === false;
}

function isOwnAddress(address: TraceAddress, host: HostModel): boolean {
  return host.isLocal(address) === true;
}

function loopbackReason(state: WalkState, world: World): string | Parting | undefined {
  // If loopback addresses may arrive, packets need not be split by them.
  if (state.family === 'ipv4' && world.host.routesLoopback) return undefined;
  for (const side of sides) {
    const isLoopback = world.ofAddress(state, side, 'loopback', isLoopbackAddress);
    if (isParting(isLoopback)) return isLoopback;
    if (isLoopback)
      return (
        `${wordsFor(state[side], side)} must not come in by ${state.inInterface ?? 'a cable'} ` +
        '(net.ipv4.conf.*.route_localnet is off)'
      );
  }
  return undefined;
}

function drop(state: WalkState, reason: string): WalkEnd {
  return { state, verdict: 'DROP', reason };
}

function toElsewhere(state: WalkState, { world, plans }: Walking): WalkEnd | Parting | undefined {
  if (!world.host.forwards) return drop(state, forwardsNothing(state));
  const stop = setExit(state, world);
  if (stop !== undefined) return stop;
  addStep(state, stepToForward);
  state.stages = plans.forward;
  return undefined;
}

function forwardsNothing({ destination }: WalkState): string {
  const words = wordsFor(destination, 'destination');
  return `the node does not forward (net.ipv4.ip_forward), and ${words} is not its own`;
}

function stepToForward(state: WalkState): WalkStep {
  const way = `out by ${state.outInterface ?? ''}${state.outIsCertain ? '' : wayWords(state)}`;
  const words = wordsFor(state.destination, 'destination');
  return { kind: 'route', hook: state.hook, text: `${words} is elsewhere: to FORWARD, ${way}` };
}

function wayWords({ outInterface }: WalkState): string {
  return outInterface === interfaceOfPods ? " (it is in the node's Pod range)" : ' (no more specific route is known)';
}

function reroute(state: WalkState, world: World): WalkEnd | Parting | undefined {
  if (state.madeDestination === undefined && factOf(state, localDestination) === true)
    Object.assign(state, { outInterface: 'lo', outIsCertain: true, leavesAsItCame: false });
  else if (state.madeDestination !== undefined || state.mark !== (state.start.mark ?? 0)) {
    state.outBeforeNat ??= state.outInterface;
    const stop = setExit(state, world);
    if (stop !== undefined) return stop;
  } else return undefined;
  if (state.family === 'ipv6' || state.outInterface === 'lo' || world.host.routesLoopback) return undefined;
  const isLoopback = world.ofAddress(state, 'source', 'loopback', isLoopbackAddress);
  if (isParting(isLoopback)) return isLoopback;
  return isLoopback
    ? drop(
        state,
        `a packet from ${wordsFor(state.source, 'source')} must not leave by ${state.outInterface ?? ''} ` +
          '(net.ipv4.conf.*.route_localnet is off)',
      )
    : undefined;
}

function deliver(state: WalkState, world: World): WalkEnd | Parting {
  if (state.proxyPort !== undefined)
    return {
      state,
      verdict: 'ACCEPT',
      reason: `the process that listens on port ${state.proxyPort} receives it (TPROXY)`,
    };
  const { listeners } = world.host;
  const wasRewritten = state.hasDestinationNat || state.takenUp !== undefined;
  const isPing = transportIn(state, pings);
  if (isParting(isPing)) return isPing;
  if (isPing || (wasRewritten && world.host.answersWhatIsSent)) return byItself(state);
  const listens = isListenedTo(state, world);
  if (isParting(listens)) return listens;
  const port = state.destinationPort === undefined ? undefined : `${state.protocol ?? ''}/${state.destinationPort}`;
  if (listens) return { state, verdict: 'ACCEPT', reason: `a process of the node listens on ${port ?? 'the port'}` };
  if (state.isForEndpoint && !listeners.isWhole) {
    assume(
      state,
      `a process of the node listens on ${port ?? 'the port'}, as kube-proxy's rules expect ` +
        '(--listening takes what ss -ltnu prints)',
    );
    return byItself(state);
  }
  if (!listeners.isWhole)
    assume(
      state,
      `no process of the node listens on ${port ?? 'the port'} (if one does: --listening ${port ?? 'PROTOCOL/PORT'})`,
    );
  return { state, verdict: 'REJECT', reason: closedReason(state, wasRewritten, listeners.isWhole) };
}

function byItself(state: WalkState): WalkEnd {
  return { state, verdict: 'ACCEPT', reason: 'the node itself answers' };
}

/** A packet for a closed port is answered with a reset, or with port unreachable (net/ipv4/udp.c, __udp4_lib_rcv). */
function closedReason(state: WalkState, wasRewritten: boolean, areAllKnown: boolean): string {
  const { destination, destinationPort } = state;
  const to =
    destination === undefined || destinationPort === undefined
      ? undefined
      : isRedirectedSomewhere(state)
        ? `port ${destinationPort}`
        : hostAndPort(destination, destinationPort);
  const nobody = areAllKnown ? 'no process listens' : 'no process is known to listen';
  return wasRewritten
    ? `rules send it to ${to === undefined ? '' : `${to}, `}the node itself, where ${nobody}`
    : `no rule sends ${to ?? 'this'} on to another address, and on the node itself ${nobody} there`;
}

/** Whether a socket accepts packets for this destination; `onlyOwn`: one that listens on this specific address. */
export function isListenedTo(state: WalkState, world: World, onlyOwn = false): boolean | Parting {
  const ports = world.ofAddress(state, 'destination', `listening ${onlyOwn}`, (address) =>
    world.host.listeners.portsOn(address, onlyOwn),
  );
  return isParting(ports) ? ports : transportIn(state, world.host.listeners.transportOf(ports));
}

function leave(state: WalkState, { plans }: Walking): WalkEnd | undefined {
  if (state.outInterface !== 'lo') {
    const way =
      factOf(state, podsWay) === true
        ? 'an interface of Pods'
        : state.leavesAsItCame
          ? 'the interface that it came in by'
          : (state.outInterface ?? 'a cable');
    return { state, verdict: 'ACCEPT', reason: `leaves by ${way}` };
  }
  // Packets by lo arrive again, with the same mark and connection.
  state.inInterface = 'lo';
  state.madeInterface = 'lo';
  state.outInterface = undefined;
  state.outIsCertain = true;
  state.stages = plans.again;
  return undefined;
}

/** Every plan ends in a stage that decides. */
export function endOfStages(state: WalkState, world: World): WalkEnd | Parting {
  return deliver(state, world);
}
