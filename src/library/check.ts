/** Library functions that check a Service that does not answer. */
import { checkService } from '../check/check-service.js';
import { checkFormats, printCheck as print, type CheckFormat } from '../check/print.js';
import type { CheckStyle } from '../check/print-text.js';
import type { CheckReport } from '../check/types.js';
import { directoryOf } from '../explain/directory.js';
import { readName } from '../targets/read-name.js';
import type { Explained } from './answers.js';
import { hasFields, must, mustBeNode, mustBeOptions } from './values.js';

/**
 * Runs the checks of a Service, `svc/NAME[:PORT]` in namespace default or `NAMESPACE/NAME[:PORT]`, on a node. Each is
 * ok, failed or unknown, with the reason. If the Service does not exist, the first check fails. Throws TypeError for
 * wrong values.
 */
export function check(about: Explained, service: string): CheckReport {
  mustBeOptions('check', about);
  mustBeNode('check({ node })', about.node);
  const read = typeof service === 'string' ? readName(service) : undefined;
  const isService = read?.kind === 'object' && read.objectKind === 'Service';
  must(isService, 'check', 'a Service such as "shop/web", "shop/web:http" or "svc/web"', service);
  const knowledge = { findings: [], clusterDomain: 'cluster.local', ...about };
  const { namespace = 'default', name = '', port } = isService ? read : {};
  return checkService(knowledge, directoryOf(knowledge), { namespace, name, port });
}

/** A report in one of its formats. Throws TypeError for an unknown format. */
export function printCheck(report: CheckReport, format: CheckFormat = 'text', style: Partial<CheckStyle> = {}): string {
  must(hasFields(report, { checks: 'list', service: 'string' }), 'printCheck', 'what check gives', report);
  must(checkFormats.includes(format), 'printCheck', `a format: ${checkFormats.join(', ')}`, format);
  return print(report, format, { colour: false, width: 100, ...style });
}
