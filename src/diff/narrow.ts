/** Selects parts of a report. */
import { impacts } from '../compare/impact.js';
import { severities, type DiffReport, type RuleDifference, type Severity } from './types.js';

const noRules: RuleDifference = { removed: 0, added: 0, unified: '' };

/** The part of a report about one Service (`shop/web`). */
export function ofService(report: DiffReport, owner: string): DiffReport {
  const isOwn = (name: string): boolean => name === owner || name.startsWith(`${owner}:`);
  const services = report.services.filter(({ name, nameBefore = name }) => isOwn(name) || isOwn(nameBefore));
  const besides = report.besides.filter(({ service }) => service === owner);
  const entries = [...report.traffic()].filter(({ service }) => isOwn(service));
  const named = (severity: Severity): string[] => report.summary[severity].filter(isOwn);
  return {
    ...report,
    services,
    besides,
    nodeDifferences: [],
    nodeRules: [],
    traffic: () => entries,
    worst: impacts.find((impact) => entries.some(({ severity }) => severity === impact)),
    summary: { stops: named('stops'), changes: named('changes'), starts: named('starts'), rules: named('rules') },
    refusals: report.refusals.filter(
      ({ kind, namespace, name }) => kind === 'Service' && `${namespace}/${name}` === owner,
    ),
    differs: services.length + entries.length + besides.length > 0,
  };
}

/** The report without differences of rules. */
export function withoutRules(report: DiffReport): DiffReport {
  return { ...report, nodeRules: [], services: report.services.map((service) => ({ ...service, rules: noRules })) };
}

/** The worst severity in a report; undefined if both sides are equal. */
export function worstOf({ services, nodeDifferences, besides, worst, differs }: DiffReport): Severity | undefined {
  const found = [...services, ...nodeDifferences, ...besides].map(({ severity }) => severity);
  const all: readonly Severity[] = worst === undefined ? found : [...found, worst];
  return severities.find((severity) => all.includes(severity)) ?? (differs ? 'rules' : undefined);
}
