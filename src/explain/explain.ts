import { nearest } from '../diagnostics/nearest.js';
import { explainChain, explainRule } from './explain-chain.js';
import { explainOverview } from './explain-overview.js';
import { explainService, serviceNames } from './explain-service.js';
import { viewFamilies } from './node.js';
import type { ExplainTarget } from './target.js';
import type { Explanation, Knowledge } from './types.js';
import { plain, someOf } from './words/plain.js';

/** An explanation, or why there is none to give: the target is not in the inputs. */
export type ExplainResult = { readonly explanation: Explanation } | { readonly explanation: undefined; readonly missing: string };

/** Explains a Service, a chain, a rule, or without a target everything. */
export function explain(knowledge: Knowledge, target: ExplainTarget | undefined): ExplainResult {
  if (target === undefined) return { explanation: explainOverview(knowledge) };
  const explanation = explainTarget(knowledge, target);
  return explanation === undefined ? { explanation, missing: missingWords(knowledge, target) } : { explanation };
}

function explainTarget(knowledge: Knowledge, target: ExplainTarget): Explanation | undefined {
  switch (target.kind) {
    case 'service': return explainService(knowledge, target);
    case 'chain': return explainChain(knowledge, target.chain, target.table);
    case 'rule': return explainRule(knowledge, target.table, target.chain, target.number);
  }
}

function missingWords(knowledge: Knowledge, target: ExplainTarget): string {
  if (target.kind === 'service') return missingService(knowledge, target);
  const views = viewFamilies(knowledge);
  const chains = views.flatMap(({ index }) => index.tableNames.flatMap((table) => index.chains(table).map(({ name }) => name)));
  if (target.kind === 'rule') {
    const counts = views.flatMap(({ index }) => index.named(target.chain)).filter(({ table }) => table === target.table).map(({ rules }) => rules.length);
    if (counts.length > 0) return `the chain ${plain(target.chain)} of table ${target.table} has ${Math.max(...counts)} rules; there is no rule ${target.number}`;
  }
  return `there is no chain ${plain(target.chain)}${target.table === undefined ? '' : ` in table ${target.table}`}${didYouMean(target.chain, chains)}`;
}

function missingService(knowledge: Knowledge, { namespace, service, port }: ExplainTarget & { readonly kind: 'service' }): string {
  const names = serviceNames(knowledge);
  const wanted = `${namespace}/${service}`;
  const elsewhere = names.filter((name) => name.endsWith(`/${service}`));
  if (names.includes(wanted)) return `the Service ${wanted} has no port ${plain(port ?? '')}`;
  if (elsewhere.length > 0) return `there is no Service ${wanted}; of that name there ${elsewhere.length === 1 ? 'is' : 'are'} ${someOf(elsewhere, 3)} (choose with -n NAMESPACE)`;
  return `there is no Service ${wanted}${didYouMean(wanted, names)}`;
}

function didYouMean(text: string, candidates: readonly string[]): string {
  const near = nearest(text, candidates.slice(0, 20_000));
  return near === undefined ? '' : `; did you mean ${plain(near)}?`;
}
