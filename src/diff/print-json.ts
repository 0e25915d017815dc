import { stringifyJson } from '../diagnostics/invisible.js';
import type { DiffReport } from './types.js';

/**
 * The report as JSON, with its line end, a stretch at a time: differences of packets stand by themselves, each path of a
 * Service without what is said there.
 */
export function* printJson({ traffic, ...report }: DiffReport): Generator<string> {
  const services = report.services.map((service) => ({
    ...service,
    changes: service.changes.map((change) => ({
      ...change,
      paths: change.paths.map(({ route, client, before, after }) => ({ route, client, before, after })),
    })),
  }));
  yield `${stringifyJson({ alike: !report.differs, ...report, services })
    .trimEnd()
    .replace(/\}$/, '')}, "differences": [`;
  let isFirst = true;
  for (const entry of traffic()) {
    yield `${isFirst ? '' : ','}\n${stringifyJson(entry)}`;
    isFirst = false;
  }
  yield '\n]}\n';
}
