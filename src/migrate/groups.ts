/** Services that fare alike, told once. */
import { impacts, type Impact } from '../compare/impact.js';
import type { KindPage } from './kind.js';
import type { Migration, MigrationDifference } from './report.js';

/** One sentence, and the Services of which it is so. */
export interface MigrationGroup {
  readonly severity: Impact;
  readonly kind: KindPage;
  readonly sentence: string;
  /** `shop/web:http`; empty where it is about the node. */
  readonly services: readonly string[];
  /** The first of the differences; undefined where packets do not show it. */
  readonly example: MigrationDifference | undefined;
}

/** What the report says, worst first; in each severity, what is of most Services first. */
export function groupsOf({ differences, remarks }: Migration): MigrationGroup[] {
  const groups = new Map<string, MigrationGroup & { readonly named: Set<string> }>();
  for (const one of differences) {
    const key = `${one.severity} ${one.kind.id} ${one.sentence}`;
    const known = groups.get(key);
    if (known !== undefined) known.named.add(one.service);
    else groups.set(key, { ...one, services: [], example: one, named: new Set([one.service]) });
  }
  const told = [...groups.values()].map(({ named, severity, kind, sentence, example }): MigrationGroup => {
    const services = [...named].filter((name) => name !== '').sort();
    return { severity, kind, sentence, services, example };
  });
  return [...remarks.map((remark): MigrationGroup => ({ ...remark, example: undefined })), ...told].sort(
    (a, b) => impacts.indexOf(a.severity) - impacts.indexOf(b.severity) || b.services.length - a.services.length,
  );
}

/** How many Services something of a severity is about. */
export function servicesBy({ differences, remarks }: Migration): Readonly<Record<Impact, ReadonlySet<string>>> {
  const found: Record<Impact, Set<string>> = { stops: new Set(), changes: new Set(), starts: new Set() };
  for (const { severity, owner } of differences) if (owner !== '') found[severity].add(owner);
  for (const { severity, services } of remarks) for (const owner of services) found[severity].add(owner);
  return found;
}

/** Whether anything of that severity is told. */
export function has({ differences, remarks }: Migration, severity: Impact): boolean {
  return [...differences, ...remarks].some((one) => one.severity === severity);
}
