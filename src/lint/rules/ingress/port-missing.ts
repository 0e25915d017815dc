import { quote } from '../../../diagnostics/quote.js';
import { ended, suggest } from '../../model/describe.js';
import { groupBy } from '../../../diagnostics/groups.js';
import { answererOf, backendsOf, backendSources } from '../../model/backends.js';
import { describeObject } from '../../model/names.js';
import type { ServicePortView, ServiceView } from '../../model/service.js';
import type { LintContext } from '../../context.js';
import type { LintRule } from '../../rule.js';
import { exampleIngress, exampleService } from './example-manifests.js';
import { joinWords } from '../../../diagnostics/words.js';

export const portMissing: LintRule = {
  id: 'ingress/port-missing',
  severity: 'error',
  documentation: {
    summary: "The backend's port is not a port of its Service",
    why: `The port of a backend is a port of the *Service*, by number (\`port\`, not \`targetPort\`, and not the
container's) or by name. With another one the controller finds no such Service port and no endpoints behind it, and
answers requests for that host and path with 503 or its default backend's page, while the Service itself works.`,
    remedy: "Use the Service's port or the name of it.",
    falseAlarm: "Where the Service's ports are filled in by an operator or a patch that is not among the inputs.",
    bad: `${exampleIngress('web', 'number: 8080')}${exampleService}`,
    good: `${exampleIngress('web', 'number: 80')}${exampleService}`,
    sources: ['https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressBackend'],
  },
  *check(context) {
    const services = groupBy(context.services, ({ namespace, name }) => `${namespace}\0${name}`);
    for (const object of backendSources(context)) {
      for (const { service, namespace, port, portPath } of backendsOf(object)) {
        const definitions = context.surroundings.closest(
          object,
          services.get(`${namespace}\0${service}`) ?? [],
          (definition) => definition.object,
        );
        const [first] = definitions;
        if (
          port === undefined ||
          first === undefined ||
          definitions.some(({ isExternalName, ports }) => isExternalName && ports.length === 0)
        )
          continue;
        const ports = definitions.flatMap((definition) => definition.ports);
        if (
          definitions.some((definition) => hasRefused(definition, typeof port === 'string' ? 'name' : 'port', context))
        )
          continue;
        if (ports.some((candidate) => (typeof port === 'number' ? candidate.port : candidate.name) === port)) continue;
        const wanted = typeof port === 'number' ? String(port) : `named ${quote(port)}`;
        yield {
          object,
          path: portPath,
          message:
            `${describeObject(first.object)} has no port ${wanted}, so requests for this backend get an error ` +
            `from ${answererOf(object)}; ${ended(advice(port, ports))}`,
        };
      }
    }
  },
};

/** A name or number that the API server rejects may be the intended one: this is already reported. */
function hasRefused({ object, ports }: ServiceView, field: 'name' | 'port', context: LintContext): boolean {
  if (ports.length === 0) return context.isRefused(object, ['spec', 'ports']);
  return ports.some(({ path }) => context.isRefused(object, [...path, field]));
}

function advice(wanted: string | number, ports: readonly ServicePortView[]): string {
  if (ports.length === 0) return 'it has no ports at all';
  if (typeof wanted === 'string')
    return (
      suggest(
        wanted,
        ports.map(({ name }) => name),
        'name',
      ) ?? `its ports have no names: use number ${numbersOf(ports)}`
    );
  const behind = ports.find(({ targetPort }) => targetPort === wanted)?.port;
  return behind === undefined
    ? `it has ${numbersOf(ports)}`
    : `that is the targetPort of its port ${behind}: use ${behind}`;
}

function numbersOf(ports: readonly ServicePortView[]): string {
  return joinWords([...new Set(ports.flatMap(({ port }) => (port === undefined ? [] : [String(port)])))].slice(0, 5));
}
