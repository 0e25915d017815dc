import type { IndexedChain } from '../../explain/rules/rule-index.js';
import { readServiceChainName } from '../../explain/rules/service-chain.js';
import type { FamilyContext } from '../context.js';

/** The chains of table nat that distribute connections among endpoints. */
export function balancingChains({ index }: FamilyContext): IndexedChain[] {
  return index.chains('nat').filter(({ name }) => {
    const kind = readServiceChainName(name)?.kind;
    return kind === 'cluster' || kind === 'local';
  });
}
