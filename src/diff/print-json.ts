import { stringifyJson } from '../diagnostics/invisible.js';
import type { DiffReport } from './types.js';

/**
 * The report as JSON, including its last line break, in pieces. Packet differences are a separate list; paths of
 * Services do not repeat them.
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
