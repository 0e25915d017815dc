/**
 * Walks packets through a node's hooks and chains like the kernel. If there are several possible ways, all are
 * followed; if parts of a set have different outcomes, each part is followed separately.
 */
import { answerOf, areMet } from './ask.js';
import { Branches, newGroup } from './branches.js';
import type { Group, PartedGroups } from './types.js';
import { isParting, type Doubt, type Parting } from './doubt.js';
import { hasConnection } from './connection.js';
import { enterChain } from './enter.js';
import { partingOf, rewrite, type NatResult } from './nat-target.js';
import type { Packets } from './packets.js';
import type { Action, BaseChain, Chain, MaskedMark, Program, Rule } from './types.js';
import { regionsOfGroup, type Region } from './regions.js';
import { endOfStages, enterStage } from './route.js';
import { takeByProxy } from './proxy.js';
import type { Walking } from './walking.js';
import { plansOf, type Plans } from './stages.js';
import { addDecider, addFact, assume, narrow } from './state.js';
import type { WalkEnd, WalkStart, WalkState } from './types.js';
import type { HostModel } from './host.js';
import { NodeWorld } from './world.js';

/** After this many rules, chains that changed nothing are not traversed again in the same state. */
const longWalk = 5_000;
/** A way with more rules than this is abandoned. */
const longestWalk = 1_000_000;

/** Walks packets through one program, which is compiled once. */
export class Walker {
  readonly world: NodeWorld;
  private readonly plans: Plans;

  constructor(program: Program, host: HostModel) {
    this.world = new NodeWorld(program, host);
    this.plans = plansOf(program);
  }

  /**
   * The regions of a set of packets, each yielded as soon as all its ways have ended. They are disjoint and cover the
   * set. A region contains either only packets of the node itself, or none. With `keepsSteps` all steps are kept;
   * otherwise only the last one.
   */
  *regions(packets: Packets, keepsSteps: boolean, start: WalkStart = {}): Generator<Region, void> {
    const all: PartedGroups = { groups: [] };
    const branches = new Branches(all);
    let current = newGroup(packets, all, { keepsSteps, chances: 0, unknowns: 0 });
    branches.start(startOf(packets, current, this.plans, start));
    const one = new OneWalk({ world: this.world, plans: this.plans, branches });
    for (let state = branches.next(); state !== undefined; state = branches.next()) {
      const { group } = state;
      if (group.siblings === all && group !== current) {
        // Later splits are walked first, so when a group is complete, nothing of it is left to walk.
        for (const region of regionsOfGroup(current)) yield region;
        current = group;
        all.groups = [];
      }
      one.walk(state);
    }
    for (const region of regionsOfGroup(current)) yield region;
  }

  /** The state at the end of one packet's way, for testing rules again. */
  stateAt(packets: Packets, { state }: WalkEnd): WalkState {
    const nowhere: PartedGroups = { groups: [] };
    const group = newGroup(packets, nowhere, { keepsSteps: false, chances: 0, unknowns: 0 });
    return { ...startOf(packets, group, this.plans, {}), ...state };
  }
}

/** The state of packets before the first stage. */
export function startOf(packets: Packets, group: Group, plans: Plans, start: WalkStart): WalkState {
  return {
    family: packets.family,
    packets,
    group,
    protocol: packets.protocol,
    source: packets.source,
    destination: packets.destination,
    destinationPort: packets.destinationPort,
    inInterface: packets.inInterface,
    madeSource: undefined,
    madeDestination: undefined,
    madePort: undefined,
    madeInterface: undefined,
    outInterface: undefined,
    outIsCertain: true,
    leavesAsItCame: false,
    outBeforeNat: undefined,
    mark: start.mark ?? 0,
    connectionMark: 0,
    isTracked: true,
    hasDestinationNat: false,
    hasSourceNat: false,
    isRedirected: false,
    isForEndpoint: false,
    destinationAskedAt: undefined,
    sourceAskedAt: undefined,
    takenUp: undefined,
    proxyPort: undefined,
    start,
    stages: packets.isFromNode ? plans.outgoing : plans.incoming,
    hook: packets.isFromNode ? 'OUTPUT' : 'PREROUTING',
    table: '',
    base: undefined,
    chain: undefined,
    list: undefined,
    at: 0,
    parent: undefined,
    path: undefined,
    obeyed: 0,
    changes: 0,
    passed: undefined,
    weight: 1,
    steps: undefined,
    facts: undefined,
    assumptions: undefined,
  };
}

type Outcome = WalkEnd | Parting | undefined;

class OneWalk {
  constructor(private readonly walking: Walking) {}

  /** Walks one branch until it ends or splits; new branches are left for later. */
  walk(state: WalkState): void {
    for (;;) {
      const outcome = state.chain === undefined ? this.nextStage(state) : this.nextRule(state, state.chain);
      if (outcome === undefined) continue;
      if (!isParting(outcome)) {
        this.walking.branches.end(state, outcome);
        return;
      }
      if (this.part(state, outcome)) return;
    }
  }

  /** Whether the parts become separate branches: beyond a limit, one of them represents all. */
  private part(state: WalkState, { parts }: Parting): boolean {
    const { branches } = this.walking;
    const [first] = parts;
    if (!branches.isFull || first === undefined) {
      branches.partSet(state, parts);
      return true;
    }
    assume(
      state,
      'only some of these packets were followed, because rules split them too often: others may be treated differently',
    );
    narrow(state, first);
    return false;
  }

  private nextStage(state: WalkState): Outcome {
    const { stages } = state;
    if (stages === undefined) return endOfStages(state, this.walking.world);
    state.stages = stages.before;
    const outcome = enterStage(stages.item, state, this.walking);
    // Each part processes the stage again.
    if (isParting(outcome)) state.stages = stages;
    return outcome;
  }

  private nextRule(state: WalkState, chain: Chain): Outcome {
    const index = state.list === undefined ? state.at : state.list[state.at];
    const rule = index === undefined ? undefined : chain.rule(index);
    if (index === undefined || rule === undefined) return leaveChain(state, chain);
    state.at++;
    const { world } = this.walking;
    const answer = answerOf(state, rule.tests, world);
    if (answer === false) return undefined;
    if (answer === true) return again(state, this.apply(state, chain, rule, index));
    if (isParting(answer)) return again(state, answer);
    // All splits of the set come before decisions by chance.
    const parting = partingOf(rule.action, state, world);
    return again(state, parting ?? this.doubtful(state, chain, rule, index, answer));
  }

  /** Some conditions are undecided, and all others are met: both answers are followed. */
  private doubtful(state: WalkState, chain: Chain, rule: Rule, index: number, doubts: readonly Doubt[]): Outcome {
    const { branches, world } = this.walking;
    if (isHarmless(rule)) {
      const { hook, table } = state;
      if (state.group.keepsSteps) addDecider(state, { kind: 'rule', hook, table, chain, index, mayNotMatch: true });
      return undefined;
    }
    const [only] = doubts;
    const isLot = doubts.length === 1 && only?.kind === 'chance';
    const met = isLot ? branches.part(state, only) : areMet(state, rule.tests, branches, world);
    return met === true ? this.apply(state, chain, rule, index) : met === false ? undefined : met;
  }

  private apply(state: WalkState, chain: Chain, rule: Rule, index: number): Outcome {
    const { action } = rule;
    const { world } = this.walking;
    const into = action?.kind === 'jump' || action?.kind === 'goto' ? action.chain?.candidates(state) : undefined;
    if (isParting(into)) return into;
    if (action?.kind === 'proxy') return this.proxy(action, state, chain, index);
    const nat = action === undefined ? undefined : rewrite(action, state, world);
    if (isParting(nat)) return nat;
    if (++state.obeyed > longestWalk)
      return { state, verdict: 'DROP', reason: `more than ${longestWalk} rules match on the way: the walk ends here` };
    for (const { key, isIn } of rule.learns) addFact(state, { key, holds: isIn });
    if (rule.first !== undefined) for (const one of rule.first) change(one, state);
    if (action !== undefined) setMarks(action, state);
    if (!isWithinRule(action) && (state.group.keepsSteps || action?.kind === 'drop' || action?.kind === 'reject')) {
      const result = action === undefined ? undefined : (markResult(action, state) ?? nat?.result);
      const place = chain.madeFrom === undefined ? { chain, index } : { ...chain.madeFrom, entry: { chain, index } };
      const step = { kind: 'rule', hook: state.hook, table: state.table, ...place } as const;
      addDecider(state, result === undefined ? step : { ...step, result });
    }
    if (nat?.dropped !== undefined) return { state, verdict: 'DROP', reason: nat.dropped };
    if (nat !== undefined) {
      state.changes++;
      this.shareOut(state, nat);
      leaveBase(state);
      return undefined;
    }
    return action === undefined ? undefined : this.obey(action, state, chain, into);
  }

  /** A branch for each further address of a range; the branch pushed last is walked first. */
  private shareOut(state: WalkState, { others = [] }: NatResult): void {
    for (const { share, rewrite: setAddress } of others.toReversed()) {
      const branch = this.walking.branches.fork(state, share);
      const result = setAddress(branch);
      const { steps, group } = branch;
      if (group.keepsSteps && steps?.item.kind === 'rule')
        branch.steps = { item: { ...steps.item, result }, before: steps.before };
      leaveBase(branch);
    }
  }

  private proxy(action: Action & { readonly kind: 'proxy' }, state: WalkState, chain: Chain, index: number): Outcome {
    const taken = takeByProxy(action, state, this.walking);
    if (isParting(taken)) return taken;
    const result = 'result' in taken ? taken.result : 'no socket accepts it: dropped';
    const { hook, table } = state;
    if (state.group.keepsSteps) addDecider(state, { kind: 'rule', hook, table, chain, index, result });
    if ('dropped' in taken) return { state, verdict: 'DROP', reason: taken.dropped };
    setMark(state, changedMark(state.mark, action.mark));
    state.changes++;
    leaveBase(state);
    return undefined;
  }

  private obey(action: Action, state: WalkState, chain: Chain, list: readonly number[] | undefined): Outcome {
    switch (action.kind) {
      case 'jump':
      case 'goto':
        return jump(action, state, chain, list);
      case 'drop':
        return { state, verdict: 'DROP' };
      case 'reject':
        return { state, verdict: 'REJECT' };
      case 'return':
        return leaveChain(state, action.isOfRule === true ? leaveRule(state, chain) : chain);
      case 'accept':
        leaveBase(state);
        return undefined;
      case 'hidden':
        return { state, verdict: 'ACCEPT', reason: action.text };
      default:
        changeWay(action, state);
        return undefined;
    }
  }
}

/** The effects of a rule before its own action. */
function change(action: Action, state: WalkState): void {
  setMarks(action, state);
  changeWay(action, state);
}

/** Actions other than marks after which the packet continues. */
function changeWay(action: Action, state: WalkState): void {
  if (action.kind === 'assume') assume(state, action.text);
  // A packet that has a connection keeps it (xt_CT.c, nft_ct.c).
  if (action.kind !== 'untrack' || hasConnection(state) === true) return;
  state.changes++;
  state.isTracked = false;
}

/** Whether the rule continues in a chain made from it. */
function isWithinRule(action: Action | undefined): boolean {
  return (action?.kind === 'jump' || action?.kind === 'goto') && action.chain?.madeFrom !== undefined;
}

/** Goes from a chain made from a rule to the rule's own chain, as if that had been walked. */
function leaveRule(state: WalkState, chain: Chain): Chain {
  state.parent = state.parent?.parent;
  return chain.madeFrom?.chain ?? chain;
}

/** If the set is split, each part evaluates the rule again. */
function again(state: WalkState, outcome: Outcome): Outcome {
  if (isParting(outcome)) state.at--;
  return outcome;
}

type Jump = Action & { readonly kind: 'jump' | 'goto' };

function jump(
  { kind, name, chain: next, isOfRule }: Jump,
  state: WalkState,
  chain: Chain,
  list?: readonly number[],
): Outcome {
  if (next === undefined) {
    assume(state, `the chain ${name}, which is missing in the rules, has no effect`);
    return undefined;
  }
  if (isOnPath(state, next))
    return {
      state,
      verdict: 'DROP',
      reason: `the chain ${next.name} leads back to itself, which the kernel does not load`,
    };
  if (isOfRule === true) leaveRule(state, chain);
  if (kind === 'jump') {
    if (next.rule(0) === undefined) return undefined;
    if (state.obeyed > longWalk && hasPassed(state, next)) return undefined;
    const { at, path, parent, changes } = state;
    state.parent = { chain, list: state.list, at, path, changes, parent };
  }
  enterChain(state, next, list);
  return undefined;
}

/** Whether the chain was traversed before in this exact state without ending the path. */
function hasPassed({ passed, changes }: WalkState, chain: Chain): boolean {
  for (let link = passed; link?.item.changes === changes; link = link.before)
    if (link.item.chain === chain) return true;
  return false;
}

/**
 * The end of a chain, or a return: goes back to the caller; without a caller, the policy decides. A chain entered by
 * goto returns to the caller of the chain before it.
 */
function leaveChain(state: WalkState, chain: Chain): Outcome {
  const { parent } = state;
  if (parent !== undefined) {
    if (state.obeyed > longWalk && parent.changes === state.changes && parent.path === state.path?.before)
      state.passed = { item: { chain, changes: state.changes }, before: state.passed };
    state.chain = parent.chain;
    state.list = parent.list;
    state.at = parent.at;
    state.path = parent.path;
    state.parent = parent.parent;
    return undefined;
  }
  const base: BaseChain | undefined = state.base;
  const decider = base?.chain ?? chain;
  const isDropped = decider.policy === 'DROP';
  if (isDropped || state.group.keepsSteps)
    addDecider(state, { kind: 'policy', hook: state.hook, table: state.table, chain: decider });
  if (isDropped) return { state, verdict: 'DROP' };
  leaveBase(state);
  return undefined;
}

/** Accepting ends only this base chain. */
function leaveBase(state: WalkState): void {
  state.chain = undefined;
  state.list = undefined;
  state.parent = undefined;
  state.path = undefined;
  state.passed = undefined;
}

function isOnPath(state: WalkState, chain: Chain): boolean {
  for (let link = state.path; link !== undefined; link = link.before) if (link.item === chain) return true;
  return false;
}

/** A rule that changes neither the packet nor its path when it matches. */
function isHarmless({ first, action, learns }: Rule): boolean {
  const changesNothing = action === undefined || action.kind === 'observe';
  return changesNothing && learns.length === 0 && (first === undefined || first.length === 0);
}

/** new = (mark & ~mask) ^ value. */
function changedMark(before: number, { value, mask }: MaskedMark): number {
  return ((before & ~mask) ^ value) >>> 0;
}

function setMark(state: WalkState, mark: number): void {
  if (mark !== state.mark) state.changes++;
  state.mark = mark;
}

function setMarks(action: Action, state: WalkState): void {
  if (action.kind === 'mark') setMark(state, changedMark(state.mark, action.mark));
  else if (action.kind === 'connectionMark' || action.kind === 'saveMark' || action.kind === 'restoreMark')
    setConnectionMark(action, state);
}

/** The new marks as text; undefined if the action changes none. */
function markResult({ kind }: Action, { mark, connectionMark }: WalkState): string | undefined {
  if (kind === 'mark') return `mark becomes 0x${mark.toString(16)}`;
  if (kind === 'restoreMark') return `mark becomes 0x${mark.toString(16)}, as its connection's`;
  return kind === 'connectionMark' || kind === 'saveMark'
    ? `mark of its connection becomes 0x${connectionMark.toString(16)}`
    : undefined;
}

type ConnectionMark = Action & { readonly kind: 'connectionMark' | 'saveMark' | 'restoreMark' };

/** net/netfilter/xt_connmark.c */
function setConnectionMark(action: ConnectionMark, state: WalkState): void {
  if (hasConnection(state) !== true) return;
  state.changes++;
  if (action.kind === 'connectionMark') {
    state.connectionMark = changedMark(state.connectionMark, action.mark);
    return;
  }
  const { packetMask, connectionMask } = action;
  if (action.kind === 'saveMark')
    state.connectionMark = ((state.connectionMark & ~connectionMask) ^ (state.mark & packetMask)) >>> 0;
  else state.mark = ((state.mark & ~packetMask) ^ (state.connectionMark & connectionMask)) >>> 0;
}
