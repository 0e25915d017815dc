/** Compiles iptables rules into a program for the walk. */
import type { Family } from '../../net/address.js';
import { numberOf } from '../../walk/rule-number.js';
import { isMulticast } from '../../walk/address.js';
import { isParting, negate, type Answer } from '../../walk/doubt.js';
import type { NamedSets, Rule as ProgramRule, Test } from '../../walk/types.js';
import { turned, unknown } from '../../walk/unknown.js';
import type { Match, Rule } from '../types.js';
import { lostItsPort } from '../dump/lost-ports.js';
import { actionOf } from './actions.js';
import type { ChainTable, RuleChain } from './chain.js';
import { addressTest, addressTypeTest, interfaceTest, rangeTest } from './match-address.js';
import { connectionMarkTest, conntrackTest, markTest, stateTest } from './match-connection.js';
import { bridgeTests } from './match-bridge.js';
import { socketTest } from './match-socket.js';
import { virtualDirectionTest, virtualServiceTest } from './match-ipvs.js';
import type { MatchOf } from './match-of.js';
import { recentChanges, recentTest } from './match-recent.js';
import { reversePathTest } from './match-reverse-path.js';
import { icmpTest, multiportTest, portTest, protocolTest } from './match-transport.js';
import { questionOf } from './questions.js';
import { moduleTest, rawTest } from './unknown.js';

/** What rules are compiled with. */
interface Scene {
  readonly family: Family;
  readonly sets: NamedSets;
}

const always: Test = () => true;
const never: Test = () => false;

/** The kernel tests options of the rule itself before those of its modules. */
const ofTheRule: ReadonlySet<Match['kind']> = new Set([
  'source',
  'destination',
  'inInterface',
  'outInterface',
  'protocol',
  'fragment',
]);

/** Compiles one rule. */
export function compileRule(rule: Rule, chain: RuleChain, index: number, table: ChainTable, scene: Scene): ProgramRule {
  return {
    tests: testsOf(rule, chain, index, scene),
    action: actionOf(rule.target, scene.family, table),
    learns: learnsOf(rule),
  };
}

const noTests: readonly Test[] = [];

function testsOf(rule: Rule, chain: RuleChain, index: number, scene: Scene): readonly Test[] {
  // Hundreds of thousands of these lists are kept: one that grew by push would have space for many more.
  const tests = new Array<Test>(rule.matches.length);
  let count = 0;
  for (const match of rule.matches) if (ofTheRule.has(match.kind)) tests[count++] = testOf(match, chain, index, scene);
  for (const match of rule.matches) {
    if (ofTheRule.has(match.kind) || match.kind === 'comment' || match.kind === 'nfacct') continue;
    if (match.kind === 'physdevIsIn' || match.kind === 'physicalDevice')
      for (const test of bridgeTests(match)) tests[count++] = test;
    else tests[count++] = testOf(match, chain, index, scene);
  }
  if (lostItsPort(rule)) tests[count++] = lostPortTest(chain, index);
  if (count === 0) return noTests;
  tests.length = count;
  return tests;
}

const nothing: ProgramRule['learns'] = [];

function learnsOf({ matches }: Rule): ProgramRule['learns'] {
  if (!matches.some(({ kind }) => kind === 'recent')) return nothing;
  return matches.flatMap((match) => (match.kind === 'recent' ? recentChanges(match) : []));
}

/** The rule has a port on the node, but the dump does not show which. */
function lostPortTest(chain: RuleChain, index: number): Test {
  const place = `rule ${numberOf({ chain, index })} of ${chain.name}`;
  return unknown(`port of ${place}`, `the port that ${place} lost is the packet's`);
}

function testOf(match: Match, chain: RuleChain, index: number, scene: Scene): Test {
  switch (match.kind) {
    case 'source':
    case 'destination':
      return addressTest(match, scene.family);
    case 'inInterface':
    case 'outInterface':
      return interfaceTest(match);
    case 'protocol':
      return protocolTest(match, scene.family);
    case 'tcp':
    case 'udp':
    case 'sctp':
      return portTest(match);
    case 'mark':
      return markTest(match);
    case 'conntrackState':
    case 'state':
      return stateTest(match.states, match.negated);
    case 'addressType':
      return addressTypeTest(match);
    case 'statistic':
      return randomTest(match);
    case 'recent':
      return recentTest(match, chain, index);
    case 'set':
      return setTest(match, scene);
    default:
      return otherTest(match, scene);
  }
}

function otherTest(match: Match, scene: Scene): Test {
  switch (match.kind) {
    case 'comment':
    case 'nfacct':
      return always;
    // A first packet that fits into a frame is not a fragment.
    case 'fragment':
      return match.negated === true ? always : never;
    case 'statisticNth':
      return nthTest(match);
    case 'ipvsVirtualDirection':
      return virtualDirectionTest(match);
    case 'ipvsVirtualService':
      return virtualServiceTest(match);
    case 'conntrack':
      return conntrackTest(match, scene.family);
    case 'multiport':
      return multiportTest(match);
    case 'icmp':
    case 'icmp6':
      return icmpTest(match);
    case 'mac':
      return macTest(match);
    case 'addressRange':
      return rangeTest(match, scene.family);
    case 'connectionMark':
      return connectionMarkTest(match);
    case 'packetType':
      return packetTypeTest(match);
    case 'module':
      return namedTest(match);
    case 'other':
      return rawTest(match, scene.family);
    default:
      return unknown(match.kind, `a condition of kind ${match.kind} holds`);
  }
}

function namedTest(match: MatchOf<'module'>): Test {
  if (match.module === 'rpfilter') return reversePathTest(match);
  return match.module === 'socket' ? socketTest(match) : moduleTest(match);
}

/** Thousands of Services have the same number of endpoints, and so the same probabilities. */
const randomTests = new Map<number, Test>();
const mostRandomTests = 10_000;

function randomTest(match: MatchOf<'statistic'>): Test {
  if (match.negated === true) return newRandomTest(match);
  const known = randomTests.get(match.probability);
  if (known !== undefined) return known;
  if (randomTests.size >= mostRandomTests) randomTests.clear();
  const test = newRandomTest(match);
  randomTests.set(match.probability, test);
  return test;
}

/** The kernel stores a threshold as a multiple of 1/2³¹ and matches below it (net/netfilter/xt_statistic.c). */
function newRandomTest({ probability, negated }: MatchOf<'statistic'>): Test {
  const chance = Math.round(Math.min(1, Math.max(0, probability)) * 2 ** 31) / 2 ** 31;
  const answer: Answer = chance === 0 ? false : chance === 1 ? true : { kind: 'chance', probability: chance };
  const turnedAnswer = negated === true ? negate(answer) : answer;
  return () => turnedAnswer;
}

/** Known only for neighbours on the incoming interface (`ip -json neighbour`). */
function macTest(match: MatchOf<'mac'>): Test {
  const guess = unknown(questionOf(match) ?? '', `the packet's source MAC address is ${match.address}`);
  return turned((state, world) => {
    const { source, inInterface } = state.packets;
    const known = source === undefined ? undefined : world.host.linkAddressOf(source, inInterface ?? '');
    return known === undefined ? guess(state, world) : known.toLowerCase() === match.address;
  }, match.negated);
}

function nthTest({ every, packet, negated }: MatchOf<'statisticNth'>): Test {
  const answer: Answer =
    every <= 1
      ? true
      : {
          kind: 'chance',
          probability: 1 / every,
          assumption: `each of ${every} packets is equally likely to be number ${packet} (dumps do not contain the counter of --mode nth)`,
        };
  const turnedAnswer = negated === true ? negate(answer) : answer;
  return () => turnedAnswer;
}

function setTest(match: MatchOf<'set'>, { sets }: Scene): Test {
  const { name, directions, negated, returnNoMatch } = match;
  const guess = turned(
    unknown(
      questionOf(match) ?? '',
      `the packet is in the set ${name} (${directions.join()}), which was not given (ipset save)`,
    ),
    negated,
  );
  return (state, world) => {
    const answer = returnNoMatch === true ? undefined : sets.has(name, directions, state);
    if (answer === undefined) return guess(state, world);
    return isParting(answer) ? answer : answer !== (negated === true);
  };
}

function packetTypeTest({ type, negated }: MatchOf<'packetType'>): Test {
  return (state, world) => {
    const actual = world.ofAddress(state, 'destination', 'packet type', (address) =>
      world.host.isBroadcast(address) ? 'broadcast' : isMulticast(address) ? 'multicast' : 'unicast',
    );
    return isParting(actual) ? actual : (actual === type) !== (negated === true);
  };
}
