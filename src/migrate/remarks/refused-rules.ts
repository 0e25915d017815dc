import { documents, type RemarkKind } from '../kind.js';

export const refusedRules: RemarkKind = {
  id: 'refused-rules',
  title: 'nft rejects the whole set of rules',
  why: `nftables mode writes all rules in one transaction. If nft rejects one line, it rejects all of them: the node gets no rules, and no Service works. Examples are a comment of more than 128 characters
for a Service without endpoints, and a prefix of interface names until 1.32.`,
  since: 'nftables mode, all versions.',
  remedy:
    'Shorten the names of Service and port, or give the Service endpoints; choose another `detectLocalMode`, or 1.33 or newer. `kubechains generate` says what nft rejects.',
  sources: [documents.kep],
  find: (before, after) => {
    const [own] = after.failures.length > 0 ? after.failures : before.failures;
    if (own === undefined) return undefined;
    const isAfter = after.failures.length > 0;
    return {
      impact: isAfter ? 'stops' : 'starts',
      services: [],
      sentence: isAfter ? `No Service works: ${own}` : `No Service works today: ${own}`,
    };
  },
};
