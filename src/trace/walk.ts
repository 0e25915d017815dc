/**
 * The walk of a packet through a node's hooks, tables and chains, as the kernel takes it; where it may go several ways,
 * all of them.
 */
import type { Target } from '../iptables/types.js';
import { areMet } from './ask.js';
import { Branches } from './branches.js';
import { enterChain, type Chain, type CompiledRule } from './chain.js';
import { natTarget } from './nat-target.js';
import { endOfStages, enterStage } from './route.js';
import { changedMark } from './match-connection.js';
import { addFact, addStep, assume, type WalkEnd, type WalkState } from './state.js';
import type { World } from './world.js';

/** Walks all branches; the first come first. */
export function walkAll(start: WalkState, world: World): readonly WalkEnd[] {
  const branches = new Branches(start);
  const walker = new Walker(world, branches);
  const ends: WalkEnd[] = [];
  for (let state = branches.next(); state !== undefined; state = branches.next()) ends.push(walker.walk(state));
  return ends;
}

class Walker {
  constructor(
    private readonly world: World,
    private readonly branches: Branches,
  ) {}

  /** Walks one branch to its end; branches that part from it are left for later. */
  walk(state: WalkState): WalkEnd {
    for (;;) {
      const end = state.chain === undefined ? this.nextStage(state) : this.nextRule(state, state.chain);
      if (end !== undefined) return end;
    }
  }

  private nextStage(state: WalkState): WalkEnd | undefined {
    const stage = state.stages?.item;
    if (stage === undefined) return endOfStages(state, this.world);
    state.stages = state.stages?.before;
    return enterStage(stage, state, this.world, this.branches);
  }

  private nextRule(state: WalkState, chain: Chain): WalkEnd | undefined {
    const index = state.list === undefined ? state.at : state.list[state.at];
    const rule = index === undefined ? undefined : chain.rule(index);
    if (index === undefined || rule === undefined) return leaveChain(state, chain);
    state.at++;
    for (const test of rule.tests) {
      const answer = test(state);
      if (answer === false) return undefined;
      if (answer !== true) return this.doubtful(state, chain, rule, index);
    }
    return this.apply(state, chain, rule, index);
  }

  /** Some condition is in doubt: if none is missed for certain, the walk goes both ways. */
  private doubtful(state: WalkState, chain: Chain, rule: CompiledRule, index: number): WalkEnd | undefined {
    for (const test of rule.tests) if (test(state) === false) return undefined;
    if (isHarmless(rule)) {
      addStep(state, { kind: 'rule', hook: state.hook, table: state.table, chain, index, mayNotMatch: true });
      return undefined;
    }
    return areMet(state, rule.tests, this.branches, this.world.isShared)
      ? this.apply(state, chain, rule, index)
      : undefined;
  }

  private apply(state: WalkState, chain: Chain, rule: CompiledRule, index: number): WalkEnd | undefined {
    for (const change of rule.recentChanges) addFact(state, { key: change.key, holds: change.isIn });
    const { target } = rule;
    const place = { kind: 'rule', hook: state.hook, table: state.table, chain, index } as const;
    const nat = target === undefined ? undefined : natTarget(target, state, this.world, this.branches);
    if (target?.kind === 'mark') setMark(target, state);
    const result = target?.kind === 'mark' ? `mark becomes 0x${state.mark.toString(16)}` : nat?.result;
    addStep(state, result === undefined ? place : { ...place, result });
    if (nat?.dropped !== undefined) return { state, verdict: 'DROP', reason: nat.dropped };
    if (nat !== undefined) {
      leaveTable(state);
      return undefined;
    }
    return target === undefined ? undefined : this.obey(target, state, chain);
  }

  private obey(target: Target, state: WalkState, chain: Chain): WalkEnd | undefined {
    switch (target.kind) {
      case 'jump':
      case 'goto':
        return this.jump(target, state, chain);
      case 'verdict':
        if (target.verdict === 'DROP') return { state, verdict: 'DROP' };
        if (target.verdict === 'RETURN') return leaveChain(state, chain);
        leaveTable(state);
        return undefined;
      case 'reject':
        return { state, verdict: 'REJECT' };
      case 'connectionMark':
        setConnectionMark(target, state);
        return undefined;
      case 'module':
        this.obeyModule(target, state);
        return undefined;
      case 'other':
        assume(state, `the target ${target.name}, which is not understood here, lets the packet go on unchanged`);
        return undefined;
      default:
        return undefined;
    }
  }

  private jump(
    target: Target & { readonly kind: 'jump' | 'goto' },
    state: WalkState,
    chain: Chain,
  ): WalkEnd | undefined {
    const next = this.world.tables.get(chain.table)?.get(target.chain);
    if (next === undefined) {
      assume(state, `the chain ${target.chain}, which the rules do not hold, lets the packet go on`);
      return undefined;
    }
    if (isOnPath(state, next))
      return {
        state,
        verdict: 'DROP',
        reason: `the chain ${next.name} leads back to itself, which the kernel refuses to load`,
      };
    if (target.kind === 'jump')
      state.parent = { chain, list: state.list, at: state.at, path: state.path, parent: state.parent };
    enterChain(state, next);
    return undefined;
  }

  private obeyModule({ name, options }: Target & { readonly kind: 'module' }, state: WalkState): void {
    if (name === 'NOTRACK' || (name === 'CT' && options.some((option) => option.name === '--notrack')))
      state.isTracked = false;
    else if (name === 'NFQUEUE') assume(state, 'the program behind NFQUEUE accepts the packet');
    else if (name === 'TPROXY') assume(state, 'no socket of TPROXY takes the packet up');
  }
}

/**
 * The end of a chain, or RETURN: back to the caller; of a chain without one, its policy. A chain gone to by -g has its
 * caller's.
 */
function leaveChain(state: WalkState, chain: Chain): WalkEnd | undefined {
  const { parent } = state;
  if (parent !== undefined) {
    state.chain = parent.chain;
    state.list = parent.list;
    state.at = parent.at;
    state.path = parent.path;
    state.parent = parent.parent;
    return undefined;
  }
  const base = state.base ?? chain;
  addStep(state, { kind: 'policy', hook: state.hook, table: state.table, chain: base });
  if (base.policy === 'DROP') return { state, verdict: 'DROP' };
  leaveTable(state);
  return undefined;
}

/** ACCEPT ends this table at this hook only. */
function leaveTable(state: WalkState): void {
  state.chain = undefined;
  state.list = undefined;
  state.parent = undefined;
  state.path = undefined;
}

function isOnPath(state: WalkState, chain: Chain): boolean {
  for (let link = state.path; link !== undefined; link = link.before) if (link.item === chain) return true;
  return false;
}

/** A rule whose match changes neither the packet nor its way. */
function isHarmless({ target, recentChanges }: CompiledRule): boolean {
  if (recentChanges.length > 0) return false;
  return (
    target === undefined ||
    (target.kind === 'module' && ['LOG', 'NFLOG', 'TRACE', 'AUDIT', 'TEE', 'CHECKSUM', 'TCPMSS'].includes(target.name))
  );
}

function setMark(target: Target & { readonly kind: 'mark' }, state: WalkState): void {
  if (target.operation === 'setXmark') state.mark = changedMark(state.mark, target.mark);
  else if (target.operation === 'orMark') state.mark = (state.mark | target.bits) >>> 0;
  else state.mark = (state.mark ^ target.bits) >>> 0;
}

/** net/netfilter/xt_connmark.c */
function setConnectionMark(target: Target & { readonly kind: 'connectionMark' }, state: WalkState): void {
  if (!state.isTracked) return;
  if (target.operation === 'set') state.connectionMark = changedMark(state.connectionMark, target.mark);
  else if (target.operation === 'save')
    state.connectionMark = ((state.connectionMark & ~target.connectionMask) ^ (state.mark & target.packetMask)) >>> 0;
  else state.mark = ((state.mark & ~target.packetMask) ^ (state.connectionMark & target.connectionMask)) >>> 0;
}
