/** What changes for traffic when kube-proxy's mode or version changes. */
import {
  claimsOfState,
  joinedClaims,
  nodeAddresses,
  placesOf,
  type Claim,
  type ServicePlace,
} from '../compare/claims.js';
import { compareSides } from '../compare/compare.js';
import type { Fate } from '../compare/fate.js';
import { impactOf, type Impact } from '../compare/impact.js';
import type { Difference } from '../compare/overlay.js';
import { comparedSides, type ComparedSides } from '../compare/sides.js';
import type { Family } from '../net/address.js';
import { familyOfNode } from '../node/ask.js';
import type { ProxyState } from '../proxy/state.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { readAddress, readMaskedAddress } from '../walk/address.js';
import { maskedSet } from '../walk/address-set.js';
import { formatPrefix } from '../net/address.js';
import type { Packets } from '../walk/packets.js';
import type { Path } from '../diagnostics/finding.js';
import type { ManifestObject } from '../manifests/types.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { Kind, KindPage } from './kind.js';
import { kinds } from './kinds/index.js';
import type { ProxySide } from './proxy-side.js';
import { remarkKinds } from './remarks/index.js';
import { ServicePorts } from './service-ports.js';
import { servicePortOf, type ProxyDifference } from './proxy-difference.js';
import { sentenceOf } from '../compare/words.js';

/** Packets to one place with different outcomes, and the kind of difference. */
export interface MigrationDifference {
  readonly family: Family;
  /** `shop/web:http`; `shop/web` if it is about none of its ports, `''` if it is about no Service. */
  readonly service: string;
  /** `shop/web`, or `''`. */
  readonly owner: string;
  readonly kind: KindPage;
  readonly severity: Impact;
  /** The same text for Services with equal differences. */
  readonly sentence: string;
  /** Disjoint from the packets of all other differences. */
  readonly packets: readonly Packets[];
  readonly before: Fate;
  readonly after: Fate;
  readonly sides: ComparedSides;
  /** The manifest and field that cause it, if there is one. */
  readonly blamed: { readonly object: ManifestObject; readonly path: Path } | undefined;
}

/** A difference that does not show in clients' packets. */
interface MigrationRemark {
  readonly kind: KindPage;
  readonly severity: Impact;
  readonly services: readonly string[];
  readonly sentence: string;
}

export interface Migration {
  readonly from: ProxySide;
  readonly to: ProxySide;
  readonly differences: readonly MigrationDifference[];
  readonly remarks: readonly MigrationRemark[];
  /** Assumptions behind the claim that everything else is equal: clauses. */
  readonly assumptions: readonly string[];
  /** How many Services were compared. */
  readonly services: number;
}

/**
 * Compares two proxies of one cluster on one node: all packets of both families. `service`: only differences about this
 * one (`shop/web`).
 */
export function compareProxies(from: ProxySide, to: ProxySide, service?: string): Migration {
  const families = (['ipv4', 'ipv6'] as const).filter((family) =>
    [from.node, to.node].some((node) => familyOfNode(node, family) !== undefined),
  );
  const compared = families.map((family) => compareFamily(from, to, family));
  const claims = compared.flatMap((one) => one.claims);
  const isAsked = (owner: string): boolean => service === undefined || owner === service;
  return {
    from,
    to,
    differences: compared.flatMap((one) => one.differences).filter(({ owner }) => isAsked(owner)),
    remarks: remarkKinds.flatMap((kind) => {
      const remark = kind.find(
        from,
        to,
        claims.filter(({ owner }) => isAsked(owner)),
      );
      return remark === undefined
        ? []
        : [{ kind, severity: remark.impact, services: remark.services, sentence: remark.sentence }];
    }),
    assumptions: [...new Set(compared.flatMap((one) => one.assumptions))],
    services: new Set(claims.map(({ owner }) => owner)).size,
  };
}

interface FamilyMigration {
  readonly claims: readonly Claim[];
  readonly differences: readonly MigrationDifference[];
  readonly assumptions: readonly string[];
}

function compareFamily(from: ProxySide, to: ProxySide, family: Family): FamilyMigration {
  const [before, after] = [from, to].map(({ node }) => familyOfNode(node, family)?.state);
  const claims = joinedClaims(
    before === undefined ? [] : claimsOfState(before),
    after === undefined ? [] : claimsOfState(after),
  );
  // If the node has no rules, one sentence is enough.
  if (from.failures.length + to.failures.length > 0) return { claims, differences: [], assumptions: [] };
  const sides = comparedSides(from.node, to.node, family);
  const node = nodeAddresses(sides.after, family);
  const places = placesOf(claims, family, node, serviceRange(after ?? before, family));
  const { differences, assumptions } = compareSides(sides, places);
  const ports = new ServicePorts(before, after);
  const bound = boundAddresses(sides);
  return { claims, assumptions, differences: differences.map((one) => tell(one, sides, { ports, bound })) };
}

function boundAddresses({ family, before, after }: ComparedSides): AddressSet {
  const texts = [before, after].flatMap(({ content }) => content.boundAddresses);
  return addressSets.of(
    texts.flatMap((text) => {
      const address = readAddress(text);
      return address?.family === family ? [[address.value, address.value] as const] : [];
    }),
  );
}

function serviceRange(state: ProxyState | undefined, family: Family): AddressSet {
  return addressSets.of(
    (state?.serviceCIDRs ?? []).flatMap((prefix) => {
      const masked = prefix.family === family ? readMaskedAddress(formatPrefix(prefix), family) : undefined;
      const set = masked === undefined ? undefined : maskedSet(masked, family);
      return set === undefined ? [] : addressSets.pairs(set);
    }),
  );
}

function tell(
  { label: place, before, after, packets }: Difference<ServicePlace>,
  sides: ComparedSides,
  { ports, bound }: { readonly ports: ServicePorts; readonly bound: AddressSet },
): MigrationDifference {
  const impact = impactOf(before, after, place);
  const claimed = place === undefined || place.use === 'serviceRange' ? undefined : place.claim;
  const difference: ProxyDifference = { place, before, after, impact, packets, bound, ...ports.of(claimed) };
  const kind = kinds.find((one) => one.applies(difference));
  if (kind === undefined) throw new Error('the last kind applies to everything');
  const claim = kind.isOfNoService === true ? undefined : claimed;
  return {
    family: sides.family,
    service: claim === undefined ? '' : place?.use === 'port' ? claim.service : claim.owner,
    owner: claim?.owner ?? '',
    kind,
    severity: kind.impact ?? impact,
    sentence: kind.sentence?.(difference) ?? sentenceOf({ label: place, packets, before, after }),
    packets,
    before,
    after,
    sides,
    blamed: blamed(kind, servicePortOf(difference)),
  };
}

function blamed(kind: Kind, port: ServicePort | undefined): MigrationDifference['blamed'] {
  const path = port === undefined ? undefined : kind.field?.(port);
  return port === undefined || path === undefined ? undefined : { object: port.service.object, path };
}
