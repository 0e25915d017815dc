import type { Kind } from '../kind.js';
import { servicePortOf } from '../proxy-difference.js';

export const sourceRanges: Kind = {
  id: 'source-ranges',
  title: 'loadBalancerSourceRanges admit other clients',
  why: `The modes write \`loadBalancerSourceRanges\` in different ways. An ipset cannot contain a range of length 0 (\`0.0.0.0/0\`), so IPVS mode until 1.33 admitted nobody, while iptables mode
admitted everybody. Since 1.34 such ranges mean no restriction.`,
  since: '1.34 in all modes; before, IPVS mode differs from the others.',
  remedy:
    'If `loadBalancerSourceRanges` contains `0.0.0.0/0` or `::/0`, delete the field; otherwise write the ranges to admit.',
  sources: ['https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/proxy/serviceport.go'],
  applies: (difference) =>
    difference.impact !== 'changes' &&
    (servicePortOf(difference)?.loadBalancerSourceRanges.length ?? 0) > 0 &&
    difference.place?.use === 'port' &&
    difference.place.claim.kind === 'loadBalancerIP',
  field: () => ['spec', 'loadBalancerSourceRanges'],
};
