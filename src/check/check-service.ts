import { modeOfNode } from '../node/ask.js';
import { nodeNameOf } from '../explain/node.js';
import type { Knowledge } from '../explain/types.js';
import type { Directory } from '../targets/directory.js';
import { dns } from './checks/dns.js';
import { endpoints } from './checks/endpoints.js';
import { exists } from './checks/exists.js';
import { fromNode } from './checks/from-node.js';
import { fromOutside } from './checks/from-outside.js';
import { fromPod } from './checks/from-pod.js';
import { hairpin } from './checks/hairpin.js';
import { localhost } from './checks/localhost.js';
import { policy } from './checks/policy.js';
import { port } from './checks/port.js';
import { ready } from './checks/ready.js';
import { rules } from './checks/rules.js';
import { selector } from './checks/selector.js';
import { subjectOf, type Subject } from './subject.js';
import type { CheckReport, CheckResult } from './types.js';

type Check = (subject: Subject) => CheckResult | undefined;

/** In the order in which people would make them: earlier checks explain failures of later ones. */
const checks: readonly Check[] = [
  exists,
  dns,
  port,
  selector,
  ready,
  endpoints,
  rules,
  fromPod,
  fromNode,
  fromOutside,
  policy,
  hairpin,
  localhost,
];

/** An ExternalName has only its name, and a missing Service has nothing to check. */
const ofAlias: readonly Check[] = [exists, dns];
const ofNothing: readonly Check[] = [exists];

/** The Service to check, and one of its ports by name or number; undefined for all. */
export interface ServiceChecked {
  readonly namespace: string;
  readonly name: string;
  readonly port: string | undefined;
}

/**
 * Runs the checks of a Service that does not answer, from manifests, a dump, or both. Costs as much as explaining the
 * Service. Never throws: if the Service does not exist, the first check fails. `client`: the result for one client,
 * which is placed before the checks for all kinds of clients.
 */
export function checkService(
  knowledge: Knowledge,
  directory: Directory,
  wanted: ServiceChecked,
  client?: CheckResult,
): CheckReport {
  const subject = subjectOf(knowledge, directory, wanted);
  const isThere = subject.service !== undefined || subject.explanation !== undefined;
  const own = !isThere ? ofNothing : subject.service?.type === 'ExternalName' ? ofAlias : checks;
  const results = own.flatMap((check) => [
    ...(check === fromPod && client !== undefined ? [client] : []),
    ...[check(subject)].filter((one) => one !== undefined),
  ]);
  const failed = results.filter(({ status }) => status === 'failed');
  return {
    service: `${wanted.namespace}/${wanted.name}${wanted.port === undefined ? '' : `:${wanted.port}`}`,
    node: nodeNameOf(knowledge),
    source: knowledge.node.source,
    mode: modeOfNode(knowledge.node),
    checks: results,
    failed: failed.length,
    unknown: results.filter(({ status }) => status === 'unknown').length,
    ...(failed[0] === undefined ? {} : { first: failed[0].id }),
  };
}
