import type { Impact } from '../compare/impact.js';
import type { Claim } from '../compare/claims.js';
import type { Path } from '../diagnostics/finding.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { ProxySide } from './proxy-side.js';
import type { ProxyDifference } from './proxy-difference.js';

/** The content of the page for a kind of difference. */
export interface KindPage {
  /** Its id in reports; its page is `docs/migrate/ID.md`. */
  readonly id: string;
  /** One line. */
  readonly title: string;
  /** Paragraphs of Markdown. */
  readonly why: string;
  /** Since which version, and in which modes. */
  readonly since: string;
  /** A field, a flag, a configuration: Markdown. */
  readonly remedy: string;
  /** URLs of documents and sources. */
  readonly sources: readonly string[];
  /** Whether mainly the node itself sends such packets. */
  readonly isOfNode?: true;
}

/** A kind of difference between packets. Each kind is one file, from which its page is generated. */
export interface Kind extends KindPage {
  /** Whether a difference is of this kind; if several kinds apply, the first in the list is used. */
  applies(difference: ProxyDifference): boolean;
  /** Its severity, if it does not follow from the packets' outcomes because nobody sends such packets. */
  readonly impact?: Impact;
  /** Whether it is about no Service, whatever the ports are. */
  readonly isOfNoService?: true;
  /** The message, if it does not follow from the packets' outcomes for each place. */
  sentence?(difference: ProxyDifference): string;
  /** The field of the Service that causes it; absent, or an undefined path: none. */
  field?(port: ServicePort): Path | undefined;
}

/** A difference other than in packets: a sentence about Services (`shop/web`). */
interface Remark {
  readonly impact: Impact;
  readonly services: readonly string[];
  readonly sentence: string;
}

/** A kind of difference that does not show in clients' packets. */
export interface RemarkKind extends KindPage {
  find(before: ProxySide, after: ProxySide, claims: readonly Claim[]): Remark | undefined;
}

const kep = 'https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/3866-nftables-proxy';

/** Documents that several kinds refer to. */
export const documents = {
  kep,
  modes: 'https://kubernetes.io/docs/reference/networking/virtual-ips/#migrating-from-iptables-mode-to-nftables',
  virtualIPs: 'https://kubernetes.io/docs/reference/networking/virtual-ips/',
  blog: 'https://kubernetes.io/blog/2025/02/28/nftables-kube-proxy/',
  configuration: 'https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/',
} as const;
