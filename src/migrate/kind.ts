import type { Impact } from '../compare/impact.js';
import type { Claim } from '../compare/claims.js';
import type { Path } from '../diagnostics/finding.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { ProxySide } from './proxy-side.js';
import type { Told } from './told.js';

/** What a page says of a kind of difference. */
export interface KindPage {
  /** What reports call it, and its page: `docs/migrate/ID.md`. */
  readonly id: string;
  /** One line. */
  readonly title: string;
  /** Paragraphs of Markdown. */
  readonly why: string;
  /** Since when, and in which of the modes. */
  readonly since: string;
  /** A field, a flag, a configuration: Markdown. */
  readonly remedy: string;
  /** Addresses of documents and sources. */
  readonly sources: readonly string[];
  /** Whether it is mostly the node itself that sends such packets. */
  readonly isOfNode?: true;
}

/** A kind of difference for packets. One kind is one file; its page is made of what stands there. */
export interface Kind extends KindPage {
  /** Whether a difference is of this kind; of several, the first in the list counts. */
  applies(told: Told): boolean;
  /** How bad it is, where that is not what becomes of the packets: nobody sends such. */
  readonly impact?: Impact;
  /** Whether it is about no Service, whatever their ports are. */
  readonly isOfNoService?: true;
  /** What is said, where that is not what becomes of the packets, place by place. */
  sentence?(told: Told): string;
  /** The field of the Service that is to blame; absent: none. Of an undefined path none either. */
  field?(port: ServicePort): Path | undefined;
}

/** What differs beside packets: a sentence about Services (`shop/web`). */
export interface Remark {
  readonly impact: Impact;
  readonly services: readonly string[];
  readonly sentence: string;
}

/** A kind of difference that no packet of a client shows. */
export interface RemarkKind extends KindPage {
  find(before: ProxySide, after: ProxySide, claims: readonly Claim[]): Remark | undefined;
}

const kep = 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/3866-nftables-proxy';

/** Documents that several kinds rest on. */
export const documents = {
  kep,
  modes: 'https://kubernetes.io/docs/reference/networking/virtual-ips/#migrating-from-iptables-mode-to-nftables',
  virtualIPs: 'https://kubernetes.io/docs/reference/networking/virtual-ips/',
  blog: 'https://kubernetes.io/blog/2025/02/28/nftables-kube-proxy/',
  configuration: 'https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/',
} as const;
