/** Finds the virtual server for a packet, and the real servers that its scheduler may choose. */
import { readAddress, type TraceAddress } from '../../walk/address.js';
import { addressSets } from '../../walk/address-set.js';
import type { Parting } from '../../walk/doubt.js';
import { parting } from '../../walk/part.js';
import type { VirtualShare, VirtualTarget, VirtualTargets } from '../../walk/types.js';
import type { WalkState } from '../../walk/types.js';
import {
  destinationsAnd,
  destinationsOf,
  destinationsWithout,
  ofPort,
  ofProtocols,
  transportWithout,
  type Block,
} from '../../walk/transport.js';
import { printIpvsadm } from '../print-ipvsadm.js';
import type { RealServer, VirtualServer } from '../types.js';
import { addToGroup } from '../../diagnostics/groups.js';

/** Looks up by firewall mark first, then by protocol, address and port (ip_vs_service_find). */
export function virtualServerLookup(servers: readonly VirtualServer[]): VirtualTargets {
  return new Lookup(servers);
}

/** The servers of an address, and the other ports of that address. */
interface Place {
  readonly target: VirtualTarget;
  readonly block: Block;
}

class Lookup implements VirtualTargets {
  private readonly byAddress = new Map<string, VirtualServer>();
  private readonly byMark = new Map<string, VirtualServer>();
  private readonly targets = new Map<VirtualServer, VirtualTarget>();
  private places: readonly Place[] | undefined;

  constructor(servers: readonly VirtualServer[]) {
    for (const server of servers) {
      const { service } = server;
      if (service.kind === 'firewallMark') this.byMark.set(`${service.family} ${service.mark}`, server);
      else
        this.byAddress.set(
          `${service.protocol} ${readAddress(service.address)?.text ?? service.address} ${service.port}`,
          server,
        );
    }
  }

  find(state: WalkState): VirtualTarget | undefined | Parting {
    const marked = state.mark === 0 ? undefined : this.byMark.get(`${state.family} ${state.mark}`);
    if (marked !== undefined) return this.targetOf(marked);
    if (this.byAddress.size === 0) return undefined;
    const { protocol, destination, destinationPort } = state;
    if (protocol !== undefined && destination !== undefined && destinationPort !== undefined)
      return this.at(protocol, destination, destinationPort);
    return this.partsOf(state);
  }

  private at(protocol: string, destination: TraceAddress, port: number): VirtualTarget | undefined {
    const server = this.byAddress.get(`${protocol} ${destination.text} ${port}`);
    if (server !== undefined) return this.targetOf(server);
    const any = this.byAddress.get(`${protocol} ${destination.text} 0`);
    return any?.persistence === undefined ? undefined : this.targetOf(any);
  }

  /** Splits a set by all servers at once; packets for no server remain one part. */
  private partsOf({ packets }: WalkState): VirtualTarget | undefined | Parting {
    const found: { readonly target: VirtualTarget | undefined; readonly destinations: Block[] }[] = [];
    this.places ??= this.placesOf();
    for (const { target, block } of this.places) {
      const destinations = destinationsAnd(packets.destinations, [block]);
      if (destinations.length > 0) found.push({ target, destinations: [...destinations] });
    }
    if (found.length === 0) return undefined;
    const rest = destinationsWithout(
      packets.destinations,
      destinationsOf(found.flatMap(({ destinations }) => destinations)),
    );
    if (rest.length > 0) found.push({ target: undefined, destinations: [...rest] });
    const [first, ...others] = found;
    if (others.length === 0) return first?.target;
    return parting(found.map(({ destinations }) => packets.with({ destinations })));
  }

  private placesOf(): Place[] {
    const places: Place[] = [];
    const portsAt = new Map<string, Block['transport'][]>();
    const anyPort: (readonly [string, TraceAddress, VirtualServer])[] = [];
    for (const server of this.byAddress.values()) {
      const { service } = server;
      const address = service.kind === 'address' ? readAddress(service.address) : undefined;
      if (service.kind !== 'address' || address === undefined) continue;
      const key = `${service.protocol} ${address.text}`;
      if (service.port === 0) {
        if (server.persistence !== undefined) anyPort.push([key, address, server]);
        continue;
      }
      const transport = ofPort(service.protocol, service.port);
      addToGroup(portsAt, key, transport);
      places.push({ target: this.targetOf(server), block: { addresses: addressSets.one(address.value), transport } });
    }
    for (const [key, address, server] of anyPort) {
      const protocol = server.service.kind === 'address' ? server.service.protocol : 'tcp';
      const transport = (portsAt.get(key) ?? []).reduce(transportWithout, ofProtocols([protocol]));
      places.push({ target: this.targetOf(server), block: { addresses: addressSets.one(address.value), transport } });
    }
    return places;
  }

  private targetOf(server: VirtualServer): VirtualTarget {
    const known = this.targets.get(server);
    if (known !== undefined) return known;
    const [text = ''] = printIpvsadm([server]).split('\n');
    const { persistence, scheduler } = server;
    const lasting = persistence === undefined ? {} : { persistence: persistence.seconds };
    const target: VirtualTarget = { text, scheduler, ...lasting, ...sharesOf(server) };
    this.targets.set(server, target);
    return target;
  }
}

/**
 * The real servers that may be chosen, with shares that add up to 1, and the assumptions behind them. Servers of weight
 * 0 get no new connections.
 */
function sharesOf(server: VirtualServer): Pick<VirtualTarget, 'shares' | 'assumptions'> {
  const usable = server.realServers.filter(({ weight }) => weight > 0);
  const weighted = weighting(server, usable);
  const sum = weighted.reduce((total, { weight }) => total + weight, 0);
  return {
    shares: weighted.map((share) => ({ ...share, weight: share.weight / sum })),
    assumptions: usable.length < 2 ? [] : assumptionsOf(server),
  };
}

function shareOf({ address, port, forwarding }: RealServer, weight: number): VirtualShare {
  return { address, port, forwarding, weight };
}

function weighting({ scheduler }: VirtualServer, usable: readonly RealServer[]): VirtualShare[] {
  if (scheduler === 'rr' || scheduler === 'lc' || scheduler === 'dh') return usable.map((real) => shareOf(real, 1));
  if (scheduler !== 'fo' && scheduler !== 'ovf') return usable.map((real) => shareOf(real, real.weight));
  const heaviest = usable.reduce<RealServer | undefined>(
    (best, real) => (best === undefined || real.weight > best.weight ? real : best),
    undefined,
  );
  return heaviest === undefined ? [] : [shareOf(heaviest, 1)];
}
function assumptionsOf({ scheduler, persistence, schedulerFlags }: VirtualServer): string[] {
  const said: string[] = [];
  if (persistence !== undefined)
    said.push(
      `the client has no connection of the last ${persistence.seconds} s: ` +
        'a client that has one stays with its real server (persistence)',
    );
  const withPort = schedulerFlags?.includes('mh-port') === true || schedulerFlags?.includes('sh-port') === true;
  const hashed: Record<string, string> = {
    sh: withPort ? "the client's address and port" : "the client's address",
    dh: "the destination's address",
    mh: withPort ? "the client's address and port" : "the client's address",
  };
  if (Object.hasOwn(hashed, scheduler))
    said.push(
      `a hash of ${hashed[scheduler] ?? ''} picks the real server (${scheduler}); shares are those over many of them`,
    );
  else if (['lc', 'wlc', 'sed', 'nq', 'lblc', 'lblcr'].includes(scheduler))
    said.push(`no real server has connections yet (${scheduler} prefers those with few); shares are those over time`);
  else if (scheduler === 'ovf') said.push('the heaviest real server has connections to spare (ovf)');
  return said;
}
