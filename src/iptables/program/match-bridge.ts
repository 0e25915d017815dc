/**
 * `-m physdev`: the bridge ports by which a packet arrives and leaves (net/netfilter/xt_physdev.c). A packet that
 * arrived by a bridge port keeps that port on its whole way. It has an outgoing port only if the bridge forwards it
 * itself. Tested on Linux 6.18 with packets that were bridged, routed from and to a bridge, rewritten, and addressed to
 * the node.
 */
import { both, isParting, negate, negateIf, type Answer } from '../../walk/doubt.js';
import { itself } from '../../walk/packets.js';
import { inInterfaceOf, outInterfaceOf } from '../../walk/part.js';
import { assume, factOf } from '../../walk/state.js';
import type { Test, WalkState, World } from '../../walk/types.js';
import type { Match } from '../types.js';
import { nameFits } from './match-address.js';

type PhysicalDeviceMatch = Match & { readonly kind: 'physdevIsIn' | 'physicalDevice' };

/** Each option is a test of its own, so that an assumption made for one is reused by the others. */
export function bridgeTests(match: PhysicalDeviceMatch): Test[] {
  if (match.kind === 'physdevIsIn') return [unless(match.negated !== true, comesByBridge)];
  const { isIn, isOut, isBridged, inInterface, outInterface, inInterfaceNegated, outInterfaceNegated } = match;
  return [
    ...(isIn === undefined ? [] : [unless(isIn, comesByBridge)]),
    ...(isOut === undefined ? [] : [unless(isOut, isPassedOn)]),
    ...(isBridged === undefined ? [] : [unless(isBridged, isPassedOn)]),
    ...(inInterface === undefined ? [] : [portInTest(inInterface, inInterfaceNegated)]),
    ...(outInterface === undefined ? [] : [portOutTest(outInterface, outInterfaceNegated)]),
  ];
}

function unless(isWanted: boolean, test: Test): Test {
  return isWanted ? test : (state, world) => negate(test(state, world));
}

/** Packets from the node itself, or arriving by lo, have no bridge port. */
function comesByBridge(state: WalkState, { host }: World): Answer {
  if (state.packets.isFromNode) return false;
  const name = inInterfaceOf(state);
  if (isParting(name)) return name;
  // Packets that an IPVS virtual server forwards count as the node's own.
  if (name === 'lo' || name === itself) return false;
  if (state.start.bridgePort !== undefined) return true;
  const key = `bridge ${name}`;
  return (
    host.isBridge(name) ??
    factOf(state, key) ?? {
      kind: 'unknown',
      key,
      weight: 0.5,
      metWhen: true,
      ifMet: `${wordsFor(name)} is a bridge (--host takes ip -json -details link)`,
      ifMissed: `${wordsFor(name)} is not a bridge (--host takes ip -json -details link)`,
    }
  );
}

/** An interface without a known name has a name that ends in `*`. */
function wordsFor(name: string): string {
  return name.endsWith('*') ? 'the interface it comes in by' : name;
}

/**
 * A bridge forwards packets that leave by the bridge they arrived by, including packets rewritten to another of its
 * ports.
 */
function isPassedOn(state: WalkState, world: World): Answer {
  if (state.packets.isFromNode || (state.hook !== 'FORWARD' && state.hook !== 'POSTROUTING')) return false;
  const name = inInterfaceOf(state);
  if (isParting(name)) return name;
  if (outInterfaceOf(state) !== name) return false;
  const answer = comesByBridge(state, world);
  if (answer === true)
    assume(state, `the bridge ${name} forwards it, and rules see bridged packets (net.bridge.bridge-nf-call-iptables)`);
  return answer;
}

function portInTest(pattern: string, negated: boolean | undefined): Test {
  return (state, world) => {
    const isIn = comesByBridge(state, world);
    if (isIn === false || isParting(isIn)) return isIn === false ? negated === true : isIn;
    const name = inInterfaceOf(state);
    if (isParting(name)) return name;
    const { bridgePort } = state.start;
    const known = bridgePort === undefined ? world.host.portsOf(name) : [bridgePort];
    return negateIf(
      negated,
      portAnswer(state, `comes in by the port ${pattern} of the bridge ${name}`, pattern, known),
    );
  };
}

/** For a packet with an incoming but no outgoing port, the negated option does not match either. */
function portOutTest(pattern: string, negated: boolean | undefined): Test {
  return (state, world) => {
    const isOut = isPassedOn(state, world);
    if (isParting(isOut)) return isOut;
    if (isOut === false) return both(negated === true, () => negate(comesByBridge(state, world)));
    const name = outInterfaceOf(state);
    if (isParting(name)) return name;
    const known = world.host.portsOf(name).filter((port) => port !== state.start.bridgePort);
    return negateIf(negated, portAnswer(state, `leaves by the port ${pattern} of the bridge ${name}`, pattern, known));
  };
}

/** `words`: the condition as text, such as `comes in by …`. */
function portAnswer(state: WalkState, words: string, pattern: string, ports: readonly string[]): Answer {
  const fitting = ports.filter(nameFits(pattern));
  if (ports.length > 0 && fitting.length === 0) return false;
  if (ports.length > 0 && fitting.length === ports.length) return true;
  const key = `port ${words}`;
  return (
    factOf(state, key) ?? {
      kind: 'unknown',
      key,
      weight: 0.5,
      metWhen: true,
      ifMet: `it ${words}`,
      ifMissed: `it does not ${words.replace(/^comes/, 'come').replace(/^leaves/, 'leave')}`,
    }
  );
}
