/** Assigns numbers to the outcomes of packets, each outcome once. */
import type { TraceAddress } from '../walk/address.js';
import type { WalkEnd } from '../walk/types.js';
import { entryOf } from '../diagnostics/groups.js';

type Verdict = 'delivered' | 'dropped' | 'refused';

/** Where a packet arrives, as its sender and receiver can observe it. */
export interface Reach {
  readonly verdict: Verdict;
  /**
   * The rewritten destination address of a delivered packet; `''` if it was not rewritten, or if the packet is not
   * delivered.
   */
  readonly address: string;
  /** The rewritten port; undefined if it was not rewritten, or if there is none. */
  readonly port: number | undefined;
  /** Whether the receiver sees another source address than the sender's. */
  readonly masqueraded: boolean;
  /** That source address, if it is known and not the node's own; otherwise `''`. */
  readonly source: string;
  /** Whether a delivered packet that no rule rewrote is for the node itself. */
  readonly isHere: boolean;
  /** Where rules send a delivered packet: `10.244.1.5:8080`; `''` if they send it nowhere. */
  readonly endpoint: string;
  /**
   * Conditions that no input decides and that must be true for this outcome: clauses; empty if either answer leads
   * here.
   */
  readonly given: readonly string[];
}

const none: readonly string[] = [];
const nowhere = { address: '', port: undefined, masqueraded: false, source: '', isHere: false, endpoint: '' };

/** Assigns numbers to outcomes: equal outcomes have the same number. */
export class OutcomeBook {
  private readonly reaches: Reach[] = [];
  private readonly numbers = new Map<string, number>();
  /** Common outcomes, by address, then by a code for port and the rest. */
  private readonly usual = new Map<string, Map<number, number>>();

  constructor(private readonly isOwn: (address: TraceAddress) => boolean) {}

  reachOf(number: number): Reach {
    const reach = this.reaches[number];
    if (reach === undefined) throw new RangeError(`no outcome has the number ${number}`);
    return reach;
  }

  /** The number of an end's outcome, if the conditions in `given` are true. */
  numberOf(end: WalkEnd, given: readonly string[]): number {
    const { hasSourceNat, madeSource } = end.state;
    const isUsual = given.length === 0 && (!hasSourceNat || madeSource === undefined || this.isOwn(madeSource));
    if (!isUsual) return this.enter(this.reach(end, given));
    const { address, code } = codeOf(end);
    const byCode = entryOf(this.usual, address, () => new Map<number, number>());
    return entryOf(byCode, code, () => this.enter(this.reach(end, given)));
  }

  /** The number of the same outcome for packets to one address and port (undefined: several). */
  resolved(number: number, address: string | undefined, port: number | undefined): number {
    const reach = this.reachOf(number);
    if (reach.verdict !== 'delivered' || (reach.address === '' && reach.port === undefined)) return number;
    const ownPort = reach.port === port ? undefined : reach.port;
    const ownAddress = reach.address === address && ownPort === undefined ? '' : reach.address;
    if (ownPort === reach.port && ownAddress === reach.address) return number;
    const endpoint = endpointText(ownAddress, ownPort);
    return this.enter({ ...reach, address: ownAddress, port: ownPort, endpoint });
  }

  private enter(reach: Reach): number {
    const { verdict, address, port, masqueraded, source, isHere, given } = reach;
    const key = [verdict, address, port, masqueraded, source, isHere, ...given].join('|');
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.reaches.length);
    this.reaches.push(reach);
    return this.reaches.length - 1;
  }

  private reach({ state, verdict }: WalkEnd, given: readonly string[]): Reach {
    if (verdict !== 'ACCEPT') return { verdict: verdict === 'DROP' ? 'dropped' : 'refused', ...nowhere, given };
    const { madeDestination, madePort, hasSourceNat, madeSource } = state;
    const isRewritten = madeDestination !== undefined || madePort !== undefined;
    const address = madeDestination?.text ?? '';
    const port = state.protocol === 'icmp' ? undefined : madePort;
    return {
      verdict: 'delivered',
      address,
      port,
      endpoint: endpointText(address, port),
      masqueraded: hasSourceNat,
      source: hasSourceNat && madeSource !== undefined && !this.isOwn(madeSource) ? madeSource.text : '',
      isHere: !isRewritten && state.hook === 'INPUT',
      given: given.length === 0 ? none : given,
    };
  }
}

function endpointText(address: string, port: number | undefined): string {
  return `${address.includes(':') ? `[${address}]` : address}${port === undefined ? '' : `:${port}`}`;
}

/** Everything that distinguishes common outcomes: the address, and a number for the rest. */
function codeOf({ state, verdict }: WalkEnd): { readonly address: string; readonly code: number } {
  if (verdict !== 'ACCEPT') return { address: '', code: verdict === 'DROP' ? 1 : 2 };
  const { madeDestination, madePort, hasSourceNat, hook, protocol } = state;
  const isRewritten = madeDestination !== undefined || madePort !== undefined;
  const port = protocol === 'icmp' || madePort === undefined ? 0 : madePort + 1;
  const flags = (hasSourceNat ? 8 : 0) + (!isRewritten && hook === 'INPUT' ? 4 : 0);
  return { address: madeDestination?.text ?? '', code: port * 16 + flags };
}
