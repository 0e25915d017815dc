import type { FoundServicePort } from './discover.js';
import { jumpsTo, type RuleIndex } from './rule-index.js';

/** The chains of a Service's port that its rules jump to, but that the given part of a dump does not contain. */
export function missingChains(index: RuleIndex, { chains }: FoundServicePort): string[] {
  if (!index.isPartial('nat')) return [];
  const next = [...chains.values()].flatMap((name) => [
    name,
    ...(index.chain('nat', name)?.rules ?? []).flatMap((rule) => jumpsTo(rule) ?? []),
  ]);
  return [...new Set(next)].filter((name) => ofService.test(name) && index.chain('nat', name) === undefined);
}

const ofService = /^KUBE-(?:SVC|SVL|SEP|FW|EXT|XLB)-/;
