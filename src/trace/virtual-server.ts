/** Which virtual server takes a packet up, and where its scheduler may send it. */
import type { RealServer, VirtualServer } from '../ipvs/types.js';
import { readAddress } from './address.js';
import type { WalkState } from './state.js';

export interface VirtualServers {
  find(state: WalkState): VirtualServer | undefined;
}

/** Finds by firewall mark first, then by protocol, address and port (ip_vs_service_find). */
export function virtualServerLookup(servers: readonly VirtualServer[]): VirtualServers {
  const byAddress = new Map<string, VirtualServer>();
  const byMark = new Map<string, VirtualServer>();
  for (const server of servers) {
    const { service } = server;
    if (service.kind === 'firewallMark') byMark.set(`${service.family} ${service.mark}`, server);
    else
      byAddress.set(
        `${service.protocol} ${readAddress(service.address)?.text ?? service.address} ${service.port}`,
        server,
      );
  }
  const at = ({ protocol, destination }: WalkState, port: number): VirtualServer | undefined =>
    byAddress.get(`${protocol} ${destination.text} ${port}`);
  return {
    find: (state) => {
      const marked = state.mark === 0 ? undefined : byMark.get(`${state.family} ${state.mark}`);
      if (marked !== undefined) return marked;
      const anyPort = (): VirtualServer | undefined => {
        const server = at(state, 0);
        return server?.persistence === undefined ? undefined : server;
      };
      return at(state, state.destinationPort) ?? anyPort();
    },
  };
}

/** One real server and its share of new connections. */
export interface Share {
  readonly real: RealServer;
  readonly weight: number;
}

/**
 * The real servers that may be chosen, with shares that sum to 1, and what these rest on. Servers of weight 0 take
 * nothing new.
 */
export function sharesOf(server: VirtualServer): {
  readonly shares: readonly Share[];
  readonly assumptions: readonly string[];
} {
  const usable = server.realServers.filter(({ weight }) => weight > 0);
  const weighted = weighting(server, usable);
  const sum = weighted.reduce((total, { weight }) => total + weight, 0);
  return {
    shares: weighted.map(({ real, weight }) => ({ real, weight: weight / sum })),
    assumptions: usable.length < 2 ? [] : assumptionsOf(server),
  };
}

function weighting({ scheduler }: VirtualServer, usable: readonly RealServer[]): Share[] {
  if (scheduler === 'rr' || scheduler === 'lc' || scheduler === 'dh')
    return usable.map((real) => ({ real, weight: 1 }));
  if (scheduler !== 'fo' && scheduler !== 'ovf') return usable.map((real) => ({ real, weight: real.weight }));
  const heaviest = usable.reduce<RealServer | undefined>(
    (best, real) => (best === undefined || real.weight > best.weight ? real : best),
    undefined,
  );
  return heaviest === undefined ? [] : [{ real: heaviest, weight: 1 }];
}

function assumptionsOf({ scheduler, persistence, schedulerFlags }: VirtualServer): string[] {
  const said: string[] = [];
  if (persistence !== undefined)
    said.push(
      `the client has no connection of the last ${persistence.seconds} s: one that has stays with its real server (persistence)`,
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
