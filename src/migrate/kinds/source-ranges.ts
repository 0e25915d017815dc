import type { Kind } from '../kind.js';
import { servicePortOf } from '../told.js';

export const sourceRanges: Kind = {
  id: 'source-ranges',
  title: 'loadBalancerSourceRanges admit others',
  why: `The modes write \`loadBalancerSourceRanges\` in different ways. A range of length 0 (\`0.0.0.0/0\`) is no element that an ipset takes: IPVS mode until 1.33 admitted nobody, while iptables mode
admitted everybody. Since 1.34 such ranges count as none at all.`,
  since: '1.34 in all modes; before, IPVS mode differs from the others.',
  remedy:
    'Leave `loadBalancerSourceRanges` out where it holds `0.0.0.0/0` or `::/0`; else write the ranges that shall be admitted.',
  sources: ['https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/proxy/serviceport.go'],
  applies: (told) =>
    told.impact !== 'changes' &&
    (servicePortOf(told)?.loadBalancerSourceRanges.length ?? 0) > 0 &&
    told.place?.use === 'port' &&
    told.place.claim.kind === 'loadBalancerIP',
  field: () => ['spec', 'loadBalancerSourceRanges'],
};
