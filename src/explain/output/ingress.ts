import type { IngressExplanation } from '../types.js';
import { plain } from '../words/plain.js';
import { code, type Block, type Phrase } from './document.js';
import { GraphBuilder, type Graph } from './graph.js';
import { reasonWords } from './reason-words.js';
import { capitalised, someOf } from '../../diagnostics/words.js';

const mostRoutes = 50;

/** The controller, problems, and each route down to the Pods. */
export function ingressDocument({ name, file, line, about, problems, routes }: IngressExplanation): Block[] {
  return [
    { kind: 'heading', level: 1, text: [code(name)] },
    ...(file === undefined ? [] : [{ kind: 'paragraph', text: ['From ', code(`${file}:${line ?? 1}`), '.'] } as const]),
    ...(problems.length === 0 ? [] : [{ kind: 'problems', items: problems.map(reasonWords) } as const]),
    {
      kind: 'table',
      header: ['Host', 'Path', 'Kind of path', 'Service', 'Port', 'Ready endpoints'],
      rows: routes
        .slice(0, mostRoutes)
        .map((route): Phrase[] => [
          [code(route.host)],
          [code(route.path)],
          [route.pathType, ...(route.conditions ?? []).map((words) => plain(words))].join(', '),
          [code(route.service)],
          [code(route.port)],
          route.endpoints.length === 0 ? 'none' : [code(someOf(route.endpoints, 3))],
        ]),
    },
    ...(routes.length > mostRoutes
      ? [{ kind: 'paragraph', text: `… and ${routes.length - mostRoutes} more routes.` } as const]
      : []),
    { kind: 'heading', level: 2, text: 'Good to know' },
    { kind: 'list', items: about.map((sentence) => `${capitalised(plain(sentence, 1000))}.`) },
  ];
}

/** Hosts and paths, the Services they lead to, and their endpoints. */
export function ingressGraph({ name, routes }: IngressExplanation): Graph {
  const builder = new GraphBuilder(name);
  for (const { host, path, service, port, endpoints } of routes.slice(0, mostRoutes)) {
    const from = builder.node(`route ${host} ${path}`, 'address', [`${host}${path}`]);
    const to = builder.node(`service ${service}`, 'chain', [service]);
    builder.edge(from, to, port);
    if (endpoints.length === 0)
      builder.edge(to, builder.node(`none ${service}`, 'refused', ['no ready endpoint']), port);
    for (const endpoint of endpoints.slice(0, 10))
      builder.edge(to, builder.node(endpoint, 'endpoint', [endpoint]), port);
  }
  return builder.finish();
}
