/** A trace in the form of `--format json`. */
import type { Target } from '../iptables/types.js';
import { describeRule } from '../nftables/program/describe.js';
import { numberOf } from '../walk/rule-number.js';
import { hostAndPort } from '../walk/address.js';
import { itemsOf } from '../walk/link.js';
import type { Hook, Packet, TraceProtocol } from '../walk/packet.js';
import { whereTo } from '../walk/state.js';
import type { WalkEnd, WalkStep } from '../walk/types.js';
import { ruleOf, textOfRule } from './rule-of.js';
import { stepCounters } from './step-counters.js';

/** One step: a rule that matched, a policy that dropped, or a virtual server (table `ipvs`). */
export interface Step {
  readonly hook: Hook;
  readonly table: string;
  readonly chain: string;
  /** The rule's number in its chain, from 1; 0 for a policy and a virtual server. */
  readonly rule: number;
  readonly text: string;
  readonly effect: string;
  /** The rule's counter from `iptables-save -c`; absent if the inputs have no counters. */
  readonly packets?: number;
  readonly bytes?: number;
}

export interface Outcome {
  readonly probability: number;
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  /** The hook of the step. */
  readonly hook: Hook;
  /** The final `address:port`; for ICMP only the address. */
  readonly destination: string;
  /** The owner of that address if the inputs contain it: `Pod shop/web-0 on node-1`. */
  readonly destinationName?: string;
  /** Whether the source address was rewritten. */
  readonly masqueraded: boolean;
  readonly steps: readonly Step[];
  readonly assumptions: readonly string[];
}

export interface PacketFacts {
  readonly protocol: TraceProtocol;
  readonly source: string;
  readonly sourceName?: string;
  readonly destination: string;
  readonly destinationName?: string;
  /** `null`: the node itself sends it. */
  readonly inInterface: string | null;
  /** The port of the bridge `inInterface`, if known. */
  readonly bridgePort?: string;
  /** Its initial mark, if any: `0x4000`. */
  readonly mark?: string;
}

/** Returns the owner of an address; undefined if unknown. */
export type NameOf = (address: string) => string | undefined;
const nobody: NameOf = () => undefined;

/** The traced packet. */
export function packetFacts(packet: Packet, nameOf: NameOf = nobody): PacketFacts {
  const { protocol, source, sourcePort, destination, destinationPort, inInterface, bridgePort, mark } = packet;
  return {
    protocol,
    source: hostAndPort(source, sourcePort),
    ...named('sourceName', nameOf(source.text)),
    destination: hostAndPort(destination, protocol === 'icmp' ? undefined : destinationPort),
    ...named('destinationName', nameOf(destination.text)),
    inInterface: inInterface ?? null,
    ...(bridgePort === undefined ? {} : { bridgePort }),
    ...(mark === undefined ? {} : { mark: `0x${mark.toString(16)}` }),
  };
}

function named<Field extends string>(field: Field, name: string | undefined): Partial<Record<Field, string>> {
  return (name === undefined ? {} : { [field]: name }) as Partial<Record<Field, string>>;
}

/** Outcomes in the order of the walks; walks with equal steps are combined. */
export function outcomesOf(ends: readonly WalkEnd[], nameOf: NameOf = nobody): Outcome[] {
  return ends.map((end) => outcomeOf(end, nameOf));
}

/** One end in words and numbers. */
function outcomeOf(end: WalkEnd, nameOf: NameOf): Outcome {
  const { assumptions, ...outcome } = outcomeWithoutSteps(end, nameOf);
  return { ...outcome, steps: describedSteps(end), assumptions };
}

/** The steps of one end in words. */
export function describedSteps({ state }: WalkEnd): Step[] {
  return itemsOf(state.steps).flatMap((step) => stepOf(step, state.family));
}

/** One end without the texts of its rules, which may have as many elements as a Service has endpoints. */
export function outcomeWithoutSteps({ state, verdict }: WalkEnd, nameOf: NameOf = nobody): Omit<Outcome, 'steps'> {
  return {
    probability: state.weight,
    verdict,
    hook: state.hook,
    destination: whereTo(state),
    ...named('destinationName', nameOf(state.destination?.text ?? '')),
    masqueraded: state.hasSourceNat,
    assumptions: itemsOf(state.assumptions),
  };
}

/** One step in words; none if it does not affect the packet. */
export function stepOf(step: WalkStep, family: 'ipv4' | 'ipv6'): Step[] {
  const { hook } = step;
  switch (step.kind) {
    case 'route':
      return [];
    case 'policy':
      return step.chain.policy === 'DROP'
        ? [{ hook, table: step.table, chain: step.chain.name, rule: 0, text: 'policy DROP', effect: 'dropped' }]
        : [];
    case 'virtualServer': {
      const { text } = step.server;
      return [
        {
          hook,
          table: 'ipvs',
          chain: '',
          rule: 0,
          text,
          effect: step.result.includes('rejected') ? step.result : `to ${step.result}`,
        },
      ];
    }
    case 'rule': {
      const described = describeRule(step);
      if (described !== undefined) {
        const { text, effect } = described;
        const { table, chain, mayNotMatch } = step;
        const shown = mayNotMatch === true ? `${effect}, if it matches` : effect;
        return [{ hook, table, chain: chain.name, rule: numberOf(step), text, effect: shown }];
      }
      const rule = ruleOf(step);
      if (rule === undefined) return [];
      const effect =
        step.mayNotMatch === true
          ? `${effectOf(rule.target, undefined)}, if it matches`
          : effectOf(rule.target, step.result);
      return [
        {
          hook,
          table: step.table,
          chain: step.chain.name,
          rule: numberOf(step),
          text: textOfRule(rule, family),
          effect,
          ...stepCounters(step),
        },
      ];
    }
  }
}

/** The effect of a rule, in a few words. */
export function effectOf(target: Target | undefined, result: string | undefined): string {
  switch (target?.kind) {
    case undefined:
      return 'counted only';
    case 'jump':
      return `to ${target.chain}`;
    case 'goto':
      return `to ${target.chain}, for good`;
    case 'verdict':
      return { ACCEPT: 'accepted', DROP: 'dropped', RETURN: 'back' }[target.verdict];
    case 'reject':
      return `rejected with ${target.with ?? 'port unreachable'}`;
    case 'mark':
      return result ?? 'marked';
    case 'connectionMark':
      return result ?? 'connection marked';
    case 'destinationNat':
    case 'redirect':
      return `destination ${result === undefined ? 'is unchanged' : `becomes ${result}`}`;
    case 'sourceNat':
    case 'masquerade':
      return (result ?? 'source').replace(/^source:? ?/, 'source becomes ');
    case 'netmap':
      return result === undefined
        ? 'nothing'
        : result.startsWith('source ')
          ? result.replace('source', 'source becomes')
          : `destination becomes ${result}`;
    case 'module':
      return target.name === 'LOG' || target.name === 'NFLOG'
        ? 'logged'
        : result === undefined
          ? target.name
          : `${target.name}: ${result}`;
    case 'other':
      return target.words[0] === '[unsupported'
        ? `${target.name}: the dump hides its options`
        : `${target.name}: not supported`;
  }
}
