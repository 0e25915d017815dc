import type { Family } from '../net/address.js';
import type { Scope } from '../targets/types.js';

/** The word for any client outside the cluster, in `--from`. */
export const outsideClient = 'outside';

/** The description of a packet, or of a set of packets, as in the options of `kubechains trace`. */
export interface PacketWords {
  /** `10.96.0.50:80`, `svc/web:http`, `https://shop.example.com/cart`, `any` … */
  readonly to?: string | undefined;
  /** `10.244.1.7`, `pod/client`, `10.0.0.0/8`, `outside` … */
  readonly from?: string | undefined;
  /** `tcp`, `udp`, `sctp`, `icmp`; for sets also `any`, or a list. */
  readonly protocol?: string | undefined;
  /** The incoming interface. */
  readonly inInterface?: string | undefined;
  /** Whether a process of the node itself sends it. */
  readonly isLocal?: boolean;
  /** Its mark before the first rule, such as `0x4000`. */
  readonly mark?: string | undefined;
  /** Default: the first family that both ends have. */
  readonly ipFamily?: Family | undefined;
  /** The node to walk; default: the first one on the packet's way. */
  readonly node?: string | undefined;
  /** Where names are looked up. */
  readonly scope: Scope;
}
