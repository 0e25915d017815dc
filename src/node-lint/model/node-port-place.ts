import type { FoundServicePort } from '../../explain/rules/discover.js';
import type { DumpPlace, FamilyContext, NodeContext } from '../context.js';

/** The rule, the element of a map, or the virtual server of a node port. */
export function placeOfNodePort(
  family: FamilyContext,
  { entries, protocol }: FoundServicePort,
  port: number,
  find: NodeContext['find'],
): DumpPlace | undefined {
  const entry = entries.find(({ chain }) => chain === 'KUBE-NODEPORTS');
  const chain = entry === undefined ? undefined : family.index.chain(entry.table, entry.chain);
  if (entry !== undefined && chain !== undefined)
    return family.placeOf({ chain, number: entry.number, rule: entry.rule });
  return find(`${protocol} . ${port} :`) ?? find(`:${port} -s `);
}
