import type { ClusterPod, Node } from '../cluster/types.js';
import type { TraceAddress } from '../walk/address.js';
import type { KnownService } from './directory.js';

/** One thing that a name refers to. `port` as written, a number or a name; `via`: the full DNS name. */
export type Found = (
  | ({ readonly kind: 'service' } & KnownService)
  | {
      readonly kind: 'pods';
      /** `Pod shop/web-0`, `Deployment shop/web` */
      readonly words: string;
      readonly namespace: string;
      readonly pods: readonly ClusterPod[];
    }
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'address'; readonly address: TraceAddress }
  | { readonly kind: 'nodePort' }
  /** A Service of type ExternalName leads out of the cluster. */
  | { readonly kind: 'alias'; readonly service: string; readonly externalName: string }
) & { readonly port: string | undefined; readonly via?: string };

/** The results, usually one; or a sentence that explains why nothing was found. */
export type Resolution =
  | { readonly found: readonly Found[]; readonly missing: undefined }
  | { readonly found: undefined; readonly missing: string };

/** Where to look names up. */
export interface Scope {
  /** For names without a namespace. */
  readonly namespace: string;
  /** Whether such names are looked up in all namespaces instead. */
  readonly isEverywhere: boolean;
}
