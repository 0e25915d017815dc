import { count, joinWords, someOf } from '../explain/words/plain.js';
import type { DiffReport, ServiceDifference, Severity } from './types.js';

const verbs: Readonly<Record<Exclude<Severity, 'rules'>, string>> = { stops: 'stops', changes: 'changes', starts: 'starts' };
const mostNamed = 6;

/** The one sentence that tells whether to worry. */
export function verdict(report: DiffReport): string {
  if (!report.differs) return 'No difference: the same traffic, the same rules.';
  const nodeStops = report.nodeDifferences.filter(({ severity }) => severity === 'stops').length;
  const parts = (['stops', 'changes', 'starts'] as const).flatMap((severity) => {
    const names = report.summary[severity];
    return names.length === 0 ? [] : [`${verbs[severity]} for ${count(names.length, 'Service port')}`];
  });
  const node = nodeStops > 0 ? ['stops working on the node as a whole (see below)'] : [];
  if (parts.length + node.length > 0) return `Traffic ${joinWords([...node, ...parts])}.`;
  return `Traffic is the same for every Service; ${ruleCount(report)}.`;
}

/** The lines after the verdict: which service ports, by what happens to them. */
export function summaryLines(report: DiffReport): string[] {
  const words: Readonly<Record<Severity, string>> = { stops: 'stops', changes: 'changes', starts: 'starts', rules: 'same traffic, other rules or names' };
  return (['stops', 'changes', 'starts', 'rules'] as const).flatMap((severity) => {
    const names = report.summary[severity];
    return names.length === 0 ? [] : [`${words[severity]}: ${someOf(names, mostNamed)}`];
  });
}

/** `4 rules are gone, 8 are new` */
export function ruleCount(report: DiffReport): string {
  const all = [...report.nodeRules, ...report.services.map(({ rules }) => rules)];
  const [removed, added] = [all.reduce((sum, one) => sum + one.removed, 0), all.reduce((sum, one) => sum + one.added, 0)];
  if (removed + added === 0) return report.nodeDifferences.length > 0 ? 'the node differs' : 'only names differ';
  return `${count(removed, 'rule')} ${removed === 1 ? 'is' : 'are'} gone, ${added} ${added === 1 ? 'is' : 'are'} new`;
}

/** Service ports whose changes read alike, to be told once. */
export function alike(services: readonly ServiceDifference[]): { readonly names: readonly string[]; readonly first: ServiceDifference }[] {
  const groups = new Map<string, { names: string[]; first: ServiceDifference }>();
  for (const service of services) {
    if (service.changes.length === 0) continue;
    const key = [service.severity, service.family, ...service.causes, ...service.changes.map(({ sentence }) => sentence)].join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: [service.name], first: service });
    else group.names.push(service.name);
  }
  return [...groups.values()];
}

/** The family behind a name, where a report has both. */
export function familyNote(report: DiffReport, family: string): string {
  const families = new Set([...report.services, ...report.nodeDifferences, ...report.nodeRules].map((one) => one.family));
  return families.size < 2 ? '' : family === 'ipv4' ? ' (IPv4)' : ' (IPv6)';
}
