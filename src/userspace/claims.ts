import { familyOf, type Family } from '../net/address.js';
import type { Entrance, PortClaim, Portal } from './types.js';

/** Which service port holds which port of the node. */
export class PortClaims {
  private readonly owners = new Map<string, { readonly owner: string; readonly claim: PortClaim }>();

  /**
   * The entrances of a portal that get rules: all before the first that another service port has claimed, or that has
   * an address of the other family. `localAddresses`: the node's own addresses, which are claimed like node ports.
   */
  open(portal: Portal, family: Family, localAddresses: ReadonlySet<string> = new Set()): Entrance[] {
    const isOpen = (entrance: Entrance): boolean =>
      this.isFree(portal, entrance, localAddresses) && isOfFamily(entrance, family);
    const end = portal.entrances.findIndex((entrance) => !isOpen(entrance));
    return portal.entrances.slice(0, end < 0 ? undefined : end);
  }

  all(): readonly PortClaim[] {
    return [...this.owners.values()].map(({ claim }) => claim);
  }

  /** Claims the entrance if necessary; false if another service port has it. */
  private isFree({ name, protocol }: Portal, entrance: Entrance, localAddresses: ReadonlySet<string>): boolean {
    const { port } = entrance;
    const address = entrance.kind === 'nodePort' ? undefined : entrance.address;
    if (address !== undefined && !localAddresses.has(address)) return true;
    const key = `${protocol} ${address ?? ''} ${port}`;
    const held = this.owners.get(key);
    const claim = { protocol, port, ...(address === undefined ? {} : { address }) };
    if (held === undefined) this.owners.set(key, { owner: name, claim });
    return held === undefined || held.owner === name;
  }
}

/** Whether iptables accepts the address in a rule of this family. */
function isOfFamily(entrance: Entrance, family: Family): boolean {
  return entrance.kind === 'nodePort' || familyOf(entrance.address) === family;
}
