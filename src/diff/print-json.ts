import { stringifyJson } from '../diagnostics/invisible.js';
import type { DiffReport, PathProof, Severity } from './types.js';

/** One difference for traffic: which packets fare differently, and one of them with what becomes of it on both sides. */
export interface Difference extends PathProof {
  /** `shop/web:http` */
  readonly service: string;
  readonly severity: Severity;
  readonly sentence: string;
}

/** Every difference for traffic, service port by service port: one for each address and kind of clients. */
export function differencesOf({ services }: DiffReport): Difference[] {
  return services.flatMap(({ name, changes }) =>
    changes.flatMap(({ severity, sentence, paths }) =>
      paths.flatMap(({ proof }) => (proof === undefined ? [] : { service: name, severity, sentence, ...proof })),
    ),
  );
}

/** The report as JSON, with its line end: differences stand by themselves, each path without what is said there. */
export function printJson(report: DiffReport): string {
  const services = report.services.map((service) => ({
    ...service,
    changes: service.changes.map((change) => ({
      ...change,
      paths: change.paths.map(({ route, client, before, after }) => ({ route, client, before, after })),
    })),
  }));
  return `${stringifyJson({ alike: !report.differs, differences: differencesOf(report), ...report, services })}\n`;
}
