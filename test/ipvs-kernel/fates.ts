/** The outcome of a packet at a node, in the same notation for the kernel and for a trace. */
import { groupBy } from '../../src/diagnostics/groups.js';
import type { WalkEnd } from '../../src/walk/types.js';
import { hostAndPort } from '../../src/walk/address.js';

/**
 * `left eth0 192.168.0.2 10.244.2.5:8080`: the interface, the source and the destination. `reached 10.9.1.1
 * 192.168.0.2:80`: delivered to the node itself. `refused`, `dropped`; `never sent` if a neighbour's packet did not
 * even arrive.
 */
export type Fate = string;

/**
 * Outcomes by source port, from the output of guest/packets.pl. It contains nothing about packets of the node itself
 * that a rule drops.
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

/** The outcome according to a trace. A packet to a closed port has reached the node's TCP or UDP, which rejects it. */
export function fateForeseen({ state, verdict, reason }: WalkEnd): Fate {
  const isUnheard = verdict === 'REJECT' && /\bno process (?:listens|is known to listen)\b/.test(reason ?? '');
  if (verdict !== 'ACCEPT' && !isUnheard) return verdict === 'REJECT' ? 'refused' : 'dropped';
  // An echo request has port 0 in both.
  const { source, destination } = state;
  if (source === undefined || destination === undefined) throw new Error('one packet has one source and destination');
  const to = hostAndPort(destination, state.destinationPort);
  if (state.hook === 'POSTROUTING') return `left ${state.outInterface ?? ''} ${source.text} ${to}`;
  // For IPv6, the observer does not learn the node's address in the packet.
  return `reached ${source.text} ${state.family === 'ipv4' ? to : `-:${state.destinationPort}`}`;
}
