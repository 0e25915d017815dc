import { impacts } from '../compare/impact.js';
import { plain } from '../explain/words/plain.js';
import type { BesideDifference } from './beside/types.js';
import type { DiffReport, ServiceDifference, Severity } from './types.js';
import { addToGroup } from '../diagnostics/groups.js';
import { capitalised, count, joinWords, someOf } from '../diagnostics/words.js';

const mostNamed = 6;

/** The one sentence that says whether the change is dangerous. */
export function verdict(report: DiffReport): string {
  if (!report.differs) return noDifference(report);
  const where = report.node === '' ? '' : ` on ${plain(report.node, 80)}`;
  const differences = `${trafficWords(report)}${where}`;
  if (report.kind === 'change') return `${capitalised(differences)}.${besideWords(report)}`;
  return `${report.toNode ? 'The node differs from the manifests' : 'The manifests differ from the node'}: ${differences}.`;
}

/** `''` if there are no differences outside the rules. */
function besideWords({ besides }: DiffReport): string {
  const parts = impacts.flatMap((impact) => {
    const { size } = new Set(besides.filter(({ severity }) => severity === impact).map(({ service }) => service));
    return size === 0 ? [] : [`${impact} for ${count(size, 'Service')}`];
  });
  return parts.length === 0 ? '' : ` Apart from kube-proxy's rules, traffic ${joinWords(parts)}.`;
}

function noDifference({ kind, foreignDiffer, isPartial }: DiffReport): string {
  if (isPartial) return 'No difference in the tables that both contain (see the note).';
  if (kind === 'drift') return 'No difference: the node does what the manifests say.';
  return foreignDiffer
    ? "No difference in kube-proxy's rules; other rules on the way of traffic differ (see the note)."
    : 'No difference: the same traffic, the same rules.';
}

/** Equality is a statement about all packets, under the assumptions. */
export function equality({ assumptions }: DiffReport): string {
  return `All packets are treated the same way. Assumed: ${together(assumptions).join('; ')}.`;
}

/** Combines assumptions that differ only in the address. */
function together(assumptions: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const text of assumptions) {
    const [, address = '', rest = text] = /^([\da-f.:]+) (is .*)$/.exec(text) ?? [];
    addToGroup(groups, rest, address);
  }
  return [...groups].map(([rest, addresses]) =>
    addresses.length === 1
      ? `${addresses[0] ?? ''} ${rest}`.trim()
      : `${someOf(addresses, 4)} ${rest.replace(/^is /, 'are ').replace(/ it$/, ' them')}`,
  );
}

/** The differences outside the rules by Service, beginning with those for which something stops. */
export function besidesByService({
  besides,
}: DiffReport): { readonly service: string; readonly differences: readonly BesideDifference[] }[] {
  const services = new Map<string, BesideDifference[]>();
  for (const one of besides) addToGroup(services, one.service, one);
  return [...services].map(([service, differences]) => ({ service, differences }));
}

function trafficWords(report: DiffReport): string {
  const stopsForNode = report.nodeDifferences.some(({ severity }) => severity === 'stops');
  const parts = (['stops', 'changes', 'starts'] as const).flatMap((severity) => {
    const { length } = report.summary[severity];
    const whom = [
      ...(severity === 'stops' && stopsForNode ? ['the node as a whole'] : []),
      ...(length === 0 ? [] : [count(length, 'Service port')]),
    ];
    return whom.length === 0 ? [] : [`${severity} for ${joinWords(whom)}`];
  });
  if (parts.length > 0) return `traffic ${joinWords(parts)}`;
  return report.services.length + report.nodeDifferences.length + report.nodeRules.length === 0
    ? "kube-proxy's rules are the same, and so is the traffic by them"
    : `traffic is the same for every Service; ${ruleCount(report)}`;
}

/** The lines after the verdict: the service ports by severity. */
export function summaryLines(report: DiffReport): string[] {
  const words: Readonly<Record<Severity, string>> = {
    stops: 'stops',
    changes: 'changes',
    starts: 'starts',
    rules: 'same traffic, other rules or names',
  };
  return (['stops', 'changes', 'starts', 'rules'] as const).flatMap((severity) => {
    const names = report.summary[severity];
    return names.length === 0 ? [] : [`${words[severity]}: ${someOf(names, mostNamed)}`];
  });
}

/** `4 rules are gone, 8 are new` */
export function ruleCount(report: DiffReport): string {
  const all = [...report.nodeRules, ...report.services.map(({ rules }) => rules)];
  const [removed, added] = [
    all.reduce((sum, one) => sum + one.removed, 0),
    all.reduce((sum, one) => sum + one.added, 0),
  ];
  if (removed + added === 0) return report.nodeDifferences.length > 0 ? 'the node differs' : 'only names differ';
  return `${count(removed, 'rule')} ${removed === 1 ? 'is' : 'are'} gone, ${added} ${added === 1 ? 'is' : 'are'} new`;
}

/** Combines service ports with the same text. */
export function alike(
  services: readonly ServiceDifference[],
): { readonly names: readonly string[]; readonly first: ServiceDifference }[] {
  const groups = new Map<string, { names: string[]; first: ServiceDifference }>();
  for (const service of services) {
    if (service.changes.length === 0) continue;
    const key = [
      service.severity,
      service.family,
      ...service.causes,
      ...service.changes.map(({ sentence }) => sentence),
    ].join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: [service.name], first: service });
    else group.names.push(service.name);
  }
  return [...groups.values()];
}

/** The family after a name, if a report has both. */
export function familyNote(report: DiffReport, family: string): string {
  const families = new Set(
    [...report.services, ...report.nodeDifferences, ...report.nodeRules].map((one) => one.family),
  );
  return families.size < 2 ? '' : family === 'ipv4' ? ' (IPv4)' : ' (IPv6)';
}
