/** What became of a packet at a node, in the same words from the kernel and from a trace. */
import { groupBy } from '../../src/lint/model/groups.js';
import type { WalkEnd } from '../../src/walk/types.js';
import { hostAndPort } from '../../src/walk/address.js';

/**
 * `left eth0 192.168.0.2 10.244.2.5:8080`: by which cable, from whom and to whom. `reached 10.9.1.1 192.168.0.2:80`:
 * handed to the node itself.
 * `refused`, `dropped`; `never sent` where a neighbour's packet was not even seen to come in.
 */
export type Fate = string;

/**
 * Fates by source port, of what guest/packets.pl printed. Nothing is said of those of the node's own packets that a
 * rule drops.
 */
export function fatesSeen(text: string): ReadonlyMap<number, Fate> {
  const byPort = groupBy(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ')),
    ([port]) => Number(port),
  );
  return new Map([...byPort].map(([port, lines]) => [port, fateSeen(lines.map(([, ...words]) => words))]));
}

function fateSeen(lines: readonly (readonly string[])[]): Fate {
  const gone = lines
    .filter(([kind]) => kind === 'left' || kind === 'reached')
    .map((words) => `${words.slice(0, -2).join(' ')} ${endOf(words)}`);
  if (gone.length > 0) return gone.sort().join(' and ');
  const kinds = lines.map(([kind]) => kind);
  return kinds.includes('refused') ? 'refused' : kinds.includes('sent') ? 'dropped' : 'never sent';
}

function endOf(words: readonly string[]): string {
  const [destination = '', port = ''] = words.slice(-2);
  return destination.includes(':') ? `[${destination}]:${port}` : `${destination}:${port}`;
}

/**
 * What a trace foresees. A port that nobody listens on is refused by the node's own TCP or UDP, which the packet has
 * then reached.
 */
export function fateForeseen({ state, verdict, reason }: WalkEnd): Fate {
  const isUnheard = verdict === 'REJECT' && reason?.includes('does not listen') === true;
  if (verdict !== 'ACCEPT' && !isUnheard) return verdict === 'REJECT' ? 'refused' : 'dropped';
  // An echo request has port 0 in both.
  const { source, destination } = state;
  if (source === undefined || destination === undefined) throw new Error('one packet has one source and destination');
  const to = hostAndPort(destination, state.destinationPort);
  if (state.hook === 'POSTROUTING') return `left ${state.outInterface ?? ''} ${source.text} ${to}`;
  // Of IPv6 the observer is not told which of the node's addresses was meant.
  return `reached ${source.text} ${state.family === 'ipv4' ? to : `-:${state.destinationPort}`}`;
}
