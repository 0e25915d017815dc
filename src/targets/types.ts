import type { ClusterPod, Node } from '../cluster/types.js';
import type { TraceAddress } from '../walk/address.js';
import type { KnownService } from './directory.js';

/** One thing that a name stands for. `port` as it was written, by number or name; `via`: the full name in DNS. */
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

/** What was found, which is one thing unless the name is of several; or a sentence that says why nothing was. */
export type Resolution =
  | { readonly found: readonly Found[]; readonly missing: undefined }
  | { readonly found: undefined; readonly missing: string };

/** Where a name is looked for. */
export interface Scope {
  /** Of names that say none. */
  readonly namespace: string;
  /** Whether such names are looked for in all namespaces instead. */
  readonly isEverywhere: boolean;
}
