import type { Family } from '../net/address.js';
import type { Scope } from '../targets/types.js';

/** What is said of a packet, or of a set of them, as the options of `kubechains trace` have it. */
export interface PacketWords {
  /** `10.96.0.50:80`, `svc/web:http`, `https://shop.example.com/cart`, `any` … */
  readonly to?: string | undefined;
  /** `10.244.1.7`, `pod/client`, `10.0.0.0/8` … */
  readonly from?: string | undefined;
  /** `tcp`, `udp`, `sctp`, `icmp`; of sets `any`, or a list. */
  readonly protocol?: string | undefined;
  /** The interface that it comes in by. */
  readonly inInterface?: string | undefined;
  /** Whether a process of the node itself sends it. */
  readonly isLocal?: boolean;
  /** The mark that it has before any rule is asked, as `0x4000`. */
  readonly mark?: string | undefined;
  /** Default: the first that its ends have. */
  readonly ipFamily?: Family | undefined;
  /** The node that it is walked on; default: the one that it meets first. */
  readonly node?: string | undefined;
  /** Where names are looked for. */
  readonly scope: Scope;
}
