import type { NodeRule } from './rule.js';
import { addressClaimedTwice } from './rules/address-claimed-twice.js';
import { emptyServiceChain } from './rules/empty-service-chain.js';
import { lostMatch } from './rules/lost-match.js';
import { masqueradeMissing } from './rules/masquerade-missing.js';
import { missingChain } from './rules/missing-chain.js';
import { repeatedJump } from './rules/repeated-jump.js';
import { servicesNotReached } from './rules/services-not-reached.js';
import { unreachableChain } from './rules/unreachable-chain.js';
import { unreachableRule } from './rules/unreachable-rule.js';
import { unread } from './rules/unread.js';

/** The rules of `node/`, sorted by id. */
export const nodeRules: readonly NodeRule[] = [
  addressClaimedTwice,
  emptyServiceChain,
  lostMatch,
  masqueradeMissing,
  missingChain,
  repeatedJump,
  servicesNotReached,
  unreachableChain,
  unreachableRule,
  unread,
];
