import { arrivalHint, hostPortHint } from '../explain/arrival-hints.js';
import { knownPorts } from '../explain/known-ports.js';
import { hintForPacket } from '../explain/port-hints.js';
import { processHint } from '../explain/process-hint.js';
import type { NodeFamily, NodeModel } from '../node/types.js';
import { deciderOf } from '../trace/groups.js';
import type { HostModel } from '../walk/host.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';

/**
 * A sentence on where the packet continues after the rules, why nothing answers, or which port or protocol was probably
 * meant; undefined if there is nothing to say.
 */
export function traceHint(
  node: NodeModel,
  family: NodeFamily,
  { protocol, destination, destinationPort }: Packet,
  ends: readonly WalkEnd[],
  host: HostModel,
): string | undefined {
  const behind = processHint(node, family, protocol, ends);
  if (behind !== undefined) return behind;
  if (ends.some(wasTaken)) return arrivalHint(node, family, ends);
  const isOwn = host.isLocal(destination) !== false;
  const packet = { protocol, address: destination.text, port: destinationPort, isOwn };
  const isStopped = ends.some((end) => deciderOf(end) !== undefined);
  return (
    hintForPacket(packet, knownPorts(node, family)) ?? (isOwn && isStopped ? hostPortHint(family, packet) : undefined)
  );
}

/** Whether a Service or a process of the node accepted the packet. */
function wasTaken({ verdict, state }: WalkEnd): boolean {
  return state.hasDestinationNat || state.takenUp !== undefined || (verdict === 'ACCEPT' && state.hook === 'INPUT');
}
