/** Combines Services with equal differences. */
import { impacts, type Impact } from '../compare/impact.js';
import type { KindPage } from './kind.js';
import type { Migration, MigrationDifference } from './report.js';

/** One sentence, and the Services to which it applies. */
export interface MigrationGroup {
  readonly severity: Impact;
  readonly kind: KindPage;
  readonly sentence: string;
  /** `shop/web:http`; empty if it is about the node. */
  readonly services: readonly string[];
  /**
   * The first of the differences (for kinds about the node, the first about the node itself); undefined if packets do
   * not show it.
   */
  readonly example: MigrationDifference | undefined;
}

/** The groups of a report, worst first; of equal severity, those with the most Services first. */
export function groupsOf({ differences, remarks }: Migration): MigrationGroup[] {
  const groups = new Map<string, MigrationGroup & { readonly named: Set<string> }>();
  for (const one of differences) {
    const key = `${one.severity} ${one.kind.id} ${one.sentence}`;
    const known = groups.get(key);
    const named = (known?.named ?? new Set<string>()).add(one.service);
    if (known === undefined || isBetter(one, known.example))
      groups.set(key, { ...one, services: [], example: one, named });
  }
  const found = [...groups.values()].map(({ named, severity, kind, sentence, example }): MigrationGroup => {
    const services = [...named].filter((name) => name !== '').sort();
    return { severity, kind, sentence, services, example };
  });
  return [...remarks.map((remark): MigrationGroup => ({ ...remark, example: undefined })), ...found].sort(
    (a, b) => impacts.indexOf(a.severity) - impacts.indexOf(b.severity) || b.services.length - a.services.length,
  );
}

/** For kinds about the node, packets that the node itself sends are the better example. */
function isBetter(one: MigrationDifference, example: MigrationDifference | undefined): boolean {
  const isOwn = ({ packets }: MigrationDifference): boolean => packets.some(({ isFromNode }) => isFromNode);
  return one.kind.isOfNode === true && isOwn(one) && example !== undefined && !isOwn(example);
}

/** The number of affected Services by severity. */
export function servicesBy({ differences, remarks }: Migration): Readonly<Record<Impact, ReadonlySet<string>>> {
  const found: Record<Impact, Set<string>> = { stops: new Set(), changes: new Set(), starts: new Set() };
  for (const { severity, owner } of differences) if (owner !== '') found[severity].add(owner);
  for (const { severity, services } of remarks) for (const owner of services) found[severity].add(owner);
  return found;
}

/** Whether there is any difference of that severity. */
export function has({ differences, remarks }: Migration, severity: Impact): boolean {
  return [...differences, ...remarks].some((one) => one.severity === severity);
}
