/** `-o`: by which interface the packets leave, if routes do not determine it with certainty. */
import { isParting, type Answer, type Parting } from './doubt.js';
import { interfaceOfPods } from './host.js';
import { outInterfaceFits } from './part.js';
import { leadsToPodRange, leadsToPods } from './pod-interfaces.js';
import { assume, factOf, wordsFor } from './state.js';
import type { WalkState, World } from './types.js';
import { memoized } from '../diagnostics/memoized.js';

/** An interface in a rule: `cali` from `cali+`. */
interface WantedInterface {
  readonly name: string;
  readonly isBeginning: boolean;
}

/** The key of the question whether an address outside all subnets of the node belongs to a Pod on it. */
export const podsWay = 'way to Pods';

/**
 * Whether packets leave by one of these. If no route is known, the default route is assumed and the assumption noted.
 * But packets that rules send to an endpoint may instead go to a Pod on the node, by an interface without addresses, so
 * this is an open question.
 */
export function leavesBy(wanted: readonly WantedInterface[], state: WalkState, world: World): Answer {
  if (state.leavesAsItCame) return outInterfaceFits(state, fittingOf(wanted));
  if (state.hook === 'OUTPUT' && state.outBeforeNat !== undefined) return outInterfaceFits(state, fittingOf(wanted));
  const out = state.outInterface ?? '';
  const toPods = wanted.find(({ name }) => leadsToPods(name));
  if (state.outIsCertain || state.outInterface === undefined) return wanted.some((one) => fits(one, out));
  const byRange = leavesByRange(wanted, state, world);
  if (byRange !== undefined) return byRange;
  const answer = factOf(state, podsWay);
  if (answer === true) return toPods !== undefined;
  if (answer === undefined && toPods !== undefined && mayBePod(toPods, state, world)) return asked(toPods, state);
  assume(
    state,
    `${wordsFor(state.destination, 'destination')} is reached by ${out}, because it is in ${
      out === interfaceOfPods ? "the node's Pod range" : "no interface's subnet"
    }`,
  );
  return wanted.some((one) => fits(one, out));
}

/**
 * Decides for a bridge to Pods by the node's Pod range; undefined if that is unknown, or the interface may be another
 * one.
 */
function leavesByRange(
  wanted: readonly WantedInterface[],
  state: WalkState,
  world: World,
): boolean | Parting | undefined {
  const bridge = wanted.find(({ name }) => leadsToPodRange(name));
  const isHere = world.ofAddress(state, 'destination', 'Pod here', (address) => world.host.isPodHere(address));
  if (isParting(isHere) || isHere === undefined) return isHere;
  if (bridge === undefined) return undefined;
  assume(
    state,
    `${wordsFor(state.destination, 'destination')} is ${isHere ? '' : 'not '}reached by ${bridge.name}, because it is ` +
      `${isHere ? 'in' : 'outside'} the Pod range of the node`,
  );
  return isHere || wanted.some((one) => fits(one, state.outInterface ?? ''));
}

/** One shared function for all packets that reach a rule, so that its result for many names is cached. */
const fittingOf = memoized(
  (wanted: readonly WantedInterface[]) =>
    (name: string): boolean =>
      wanted.some((one) => fits(one, name)),
);

function fits({ name, isBeginning }: WantedInterface, other: string): boolean {
  return isBeginning ? other.startsWith(name) : other === name;
}

function mayBePod(wanted: WantedInterface, { family, madeDestination }: WalkState, { host }: World): boolean {
  return madeDestination !== undefined && host.mayHavePods((name) => fits(wanted, name), family);
}

function asked({ name, isBeginning }: WantedInterface, state: WalkState): Answer {
  const way = `${wordsFor(state.destination, 'destination')} is reached by ${isBeginning ? `an interface ${name}…` : name}`;
  const lacking = ' (to decide it, add ip -json route to --host)';
  return {
    kind: 'unknown',
    key: podsWay,
    weight: 0.5,
    metWhen: true,
    ifMet: `${way}${lacking}`,
    ifMissed: `${way.replace(' is reached ', ' is not reached ')}${lacking}`,
  };
}
