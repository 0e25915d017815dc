import type { Service } from '../cluster/types.js';
import { manifestDirectory } from './directory.js';
import { explainPort } from './explain-port.js';
import { dnsRecords } from '../targets/dns.js';
import { environmentVariables } from './manifests/environment.js';
import { findingsAbout } from './manifests/findings.js';
import { placeOf } from './manifests/place.js';
import { policyWords } from './manifests/policies.js';
import { ReasonFinder } from './manifests/reasons.js';
import { ingressRoutes } from './manifests/routes.js';
import { nodeNameOf, viewFamilies, type FamilyView } from './node.js';
import { nodeByNode } from './node-by-node.js';
import { absentProxy } from './rules/absent-proxy.js';
import type { FoundServicePort } from './rules/discover.js';
import { modeOfNode } from '../node/ask.js';
import type { ExplainedPort, Knowledge, NodesServe, Reason, ServiceExplanation } from './types.js';
import { plain } from './words/plain.js';
import { servicesIn } from '../node/found-service-port.js';

/** The requested Service, and one of its ports by name or number; undefined for all. */
interface ServiceWanted {
  readonly namespace: string;
  readonly service: string;
  readonly port: string | undefined;
}

/** Explains one Service; undefined if neither rules nor manifests contain it (or its port). */
export function explainService(knowledge: Knowledge, wanted: ServiceWanted): ServiceExplanation | undefined {
  const service = findService(knowledge, wanted);
  const finder = knowledge.node.completed?.cluster === undefined ? undefined : new ReasonFinder(knowledge);
  const asked = viewFamilies(knowledge).flatMap((view) =>
    view.found.filter((found) => isOf(found, wanted)).map((found) => ({ view, found })),
  );
  const served = nodeByNode(
    knowledge.nodes ?? [],
    asked.map(({ view: { family }, found }) => ({ family, name: found.name, protocol: found.protocol })),
  );
  const ports = asked.map(({ view, found }, index) =>
    withNodes(explainPort(view, found, knowledge, finder), served[index]),
  );
  if (service === undefined && ports.length === 0) return undefined;
  const chosen = ports.filter((port) => isPort(port, wanted.port));
  if (wanted.port !== undefined && chosen.length === 0) return undefined;
  return {
    kind: 'service',
    name: `${wanted.namespace}/${wanted.service}`,
    node: nodeNameOf(knowledge),
    mode: modeOfNode(knowledge.node),
    ports: chosen,
    ...manifestParts(knowledge, service),
    findings: service === undefined ? [] : findingsFor(service, knowledge, chosen),
    about: aboutWords(service),
    reasons: service === undefined ? [] : serviceReasons(knowledge, service, finder, ports.length > 0),
  };
}

function withNodes(port: ExplainedPort, nodes: NodesServe | undefined): ExplainedPort {
  return nodes === undefined ? port : { ...port, nodes };
}

/** Explains a service port without a name, found by its chain or address. */
export function explainFound(knowledge: Knowledge, view: FamilyView, found: FoundServicePort): ServiceExplanation {
  const port = explainPort(view, found, knowledge, undefined);
  return {
    kind: 'service',
    name: port.name,
    node: nodeNameOf(knowledge),
    mode: modeOfNode(knowledge.node),
    ports: [port],
    ...manifestParts(knowledge, undefined),
    about: '',
    reasons: [],
  };
}

function findService({ node }: Knowledge, { namespace, service }: ServiceWanted): Service | undefined {
  return node.completed?.cluster.services.find((one) => one.namespace === namespace && one.name === service);
}

function isOf({ name }: FoundServicePort, { namespace, service }: ServiceWanted): boolean {
  return name?.namespace === namespace && name.service === service;
}

function isPort(port: ExplainedPort, wanted: string | undefined): boolean {
  return wanted === undefined || port.port === wanted || String(port.number) === wanted;
}

type ManifestParts = Pick<
  ServiceExplanation,
  'type' | 'file' | 'line' | 'selector' | 'dns' | 'environment' | 'routes' | 'findings' | 'policies'
>;

function manifestParts(knowledge: Knowledge, service: Service | undefined): ManifestParts {
  if (service === undefined || knowledge.node.completed?.cluster === undefined)
    return { type: '', selector: '', dns: [], environment: [], routes: [], findings: [], policies: [] };
  return {
    type: typeOf(service),
    ...placeOf(service.object, []),
    selector: Object.entries(service.selector ?? {})
      .map(([key, value]) => plain(`${key}=${value}`))
      .join(','),
    dns: dnsRecords(service, knowledge.node.completed.cluster, knowledge.clusterDomain),
    environment: environmentVariables(service),
    routes: ingressRoutes(service, knowledge.node.manifests?.objects ?? []),
    findings: [],
    policies: policyWords(service, manifestDirectory(knowledge)),
  };
}

/** Manifests given with a dump need not contain the endpoints in its rules. */
function findingsFor(service: Service, knowledge: Knowledge, ports: readonly ExplainedPort[]): Reason[] {
  const findings = findingsAbout(service, knowledge);
  const isServed = knowledge.node.source === 'dump' && ports.some(({ endpoints }) => endpoints.length > 0);
  return isServed ? findings.filter(({ rule }) => rule !== 'service/no-endpoints') : findings;
}

/** `headless` is not a type, but users call it one. */
export function typeOf(service: Service): string {
  return service.clusterIPs[0] === 'None' ? 'headless' : service.type;
}

function aboutWords(service: Service | undefined): string {
  if (service?.type === 'ExternalName') return 'It is only an alias in DNS: it has no address, port mapping or rule.';
  if (service?.clusterIPs[0] !== 'None') return '';
  return (
    "It has no address of its own: DNS answers with its Pods' addresses, " +
    "which clients reach at the Pods' own ports, without kube-proxy."
  );
}

/** Problems of all its ports: kube-proxy skips the Service, or a dump does not contain it. */
function serviceReasons(
  knowledge: Knowledge,
  service: Service,
  finder: ReasonFinder | undefined,
  isInRules: boolean,
): Reason[] {
  const reasons = finder?.ofService(service) ?? [];
  if (reasons.length > 0 || isInRules) return reasons;
  if (service.type === 'ExternalName') return [];
  if (service.clusterIPs[0] === 'None') return finder?.ofHeadless(service) ?? [];
  return knowledge.node.source === 'dump'
    ? [
        {
          message:
            absentProxy(knowledge.node.families)?.message ??
            'the dump has no rules for it: kube-proxy had not synced it when the dump was written, or ignores it',
          ...placeOf(service.object, []),
        },
      ]
    : [
        {
          message: 'it has no rules, because it has no ports, or no address of this family',
          ...placeOf(service.object, ['spec']),
        },
      ];
}

/** The Services with a similar name, for "did you mean". */
export function serviceNames(knowledge: Knowledge): string[] {
  const fromRules = viewFamilies(knowledge).flatMap(({ found }) => servicesIn(found));
  const fromManifests =
    knowledge.node.completed?.cluster.services.map(({ namespace, name }) => `${namespace}/${name}`) ?? [];
  return [...new Set([...fromManifests, ...fromRules])].sort();
}
