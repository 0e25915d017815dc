/** Library functions that compare modes and versions of kube-proxy. */
import { entriesOf, headOf, printJson, type MigrationEntry, type MigrationHead } from '../migrate/print-json.js';
import { printMarkdown } from '../migrate/print-markdown.js';
import { printText } from '../migrate/print-text.js';
import { proxyOf, type ProxySide } from '../migrate/proxy-side.js';
import { compareProxies, type Migration } from '../migrate/report.js';
import type { ProxyMode } from '../node/mode.js';
import type { Completed } from '../pipeline/complete.js';
import { hasFields, must, mustBeCompleted } from './values.js';

/** A cluster, completed for a version of kube-proxy, and its proxy mode. */
export interface MigrationSide {
  readonly completed: Completed;
  readonly mode: ProxyMode;
}

/** The changes as plain values. */
export interface MigrationReport extends MigrationHead {
  /** Every difference, as an iterable, because a cluster may have tens of thousands. */
  differences(): Iterable<MigrationEntry>;
}

/**
 * What changes for traffic when kube-proxy's mode or version changes. `service` (`shop/web`): only differences about
 * this Service. Throws TypeError for wrong values, and if kube-proxy would not start on one of the sides.
 */
export async function migrate(
  from: MigrationSide,
  to: MigrationSide,
  { service }: { readonly service?: string } = {},
): Promise<MigrationReport> {
  const [before, after] = [await proxyIn(from), await proxyIn(to)];
  const migration = compareProxies(before, after, service);
  const report = { ...headOf(migration), differences: () => entriesOf(migration) };
  migrations.set(report, migration);
  return report;
}

/** The data for printing each returned report. */
const migrations = new WeakMap<MigrationReport, Migration>();

async function proxyIn(side: MigrationSide): Promise<ProxySide> {
  const isSide = hasFields(side, { completed: 'object', mode: 'object' });
  must(isSide, 'migrate', '`{ completed, mode }`, of completeCluster and of modes', side);
  mustBeCompleted('migrate', side.completed);
  const made = await proxyOf(side.completed, side.mode);
  if ('refusal' in made) throw new TypeError(`migrate: kube-proxy would not start: ${made.refusal}`);
  return made.side;
}

/** A migration as text, as Markdown of limited size, or as JSON. Throws TypeError for another format. */
export function printMigration(report: MigrationReport, format: 'text' | 'markdown' | 'json' = 'text'): string {
  const migration = hasFields(report, { remarks: 'list' }) ? migrations.get(report) : undefined;
  must(migration !== undefined, 'printMigration', 'what migrate gives', report);
  must(['text', 'markdown', 'json'].includes(format), 'printMigration', 'a format: text, markdown, json', format);
  if (migration === undefined) return '';
  if (format === 'json') return [...printJson(migration)].join('');
  return format === 'markdown' ? printMarkdown(migration) : printText(migration, { colour: false });
}
