import type { NodeRule } from './rule.js';
import { addressClaimedTwice } from './rules/address-claimed-twice.js';
import { drift } from './rules/drift.js';
import { emptyServiceChain } from './rules/empty-service-chain.js';
import { foreignDrop } from './rules/foreign-drop.js';
import { foreignNat } from './rules/foreign-nat.js';
import { hostPortClaimsService } from './rules/host-port-claims-service.js';
import { impossibleRule } from './rules/impossible-rule.js';
import { incompleteDump } from './rules/incomplete-dump.js';
import { listeningPortTaken } from './rules/listening-port-taken.js';
import { lostMatch } from './rules/lost-match.js';
import { lostShareRule } from './rules/lost-share.js';
import { masqueradeEverything } from './rules/masquerade-everything.js';
import { masqueradeMissing } from './rules/masquerade-missing.js';
import { missingChain } from './rules/missing-chain.js';
import { mixedBackends } from './rules/mixed-backends.js';
import { nodePortEphemeral } from './rules/node-port-ephemeral.js';
import { redirectToClosedPort } from './rules/redirect-to-closed-port.js';
import { repeatedJump } from './rules/repeated-jump.js';
import { roundedProbabilities } from './rules/rounded-probabilities.js';
import { servicesNotReached } from './rules/services-not-reached.js';
import { staleHostPort } from './rules/stale-host-port.js';
import { twoProxies } from './rules/two-proxies.js';
import { unevenBalancing } from './rules/uneven-balancing.js';
import { unreachableChain } from './rules/unreachable-chain.js';
import { unreachableRule } from './rules/unreachable-rule.js';
import { unread } from './rules/unread.js';
import { untrackedServices } from './rules/untracked-services.js';
import { virtualAddressEndpoint } from './rules/virtual-address-endpoint.js';

/** The rules of `node/`, sorted by id. */
export const nodeRules: readonly NodeRule[] = [
  addressClaimedTwice,
  drift,
  emptyServiceChain,
  foreignDrop,
  foreignNat,
  hostPortClaimsService,
  impossibleRule,
  incompleteDump,
  listeningPortTaken,
  lostMatch,
  lostShareRule,
  masqueradeEverything,
  masqueradeMissing,
  missingChain,
  mixedBackends,
  nodePortEphemeral,
  redirectToClosedPort,
  repeatedJump,
  roundedProbabilities,
  servicesNotReached,
  staleHostPort,
  twoProxies,
  unevenBalancing,
  unreachableChain,
  unreachableRule,
  unread,
  untrackedServices,
  virtualAddressEndpoint,
];
