import type { OverviewChoice, OverviewExplanation } from './types.js';

/** The selected part of an overview. Facts about the node as a whole belong to no namespace. */
export function chooseFromOverview(overview: OverviewExplanation, choice: OverviewChoice): OverviewExplanation {
  const { namespace, isProblemsOnly } = choice;
  if (namespace === undefined && isProblemsOnly !== true) return overview;
  const isOfNamespace = (name: string): boolean => namespace === undefined || name.startsWith(`${namespace}/`);
  const isWanted = (problem: string): boolean => isProblemsOnly !== true || problem !== '';
  return {
    ...overview,
    chosen: choice,
    services: overview.services.filter((row) => isOfNamespace(row.service) && isWanted(row.problem)),
    hostPorts: overview.hostPorts.filter((row) => isOfNamespace(row.pod) && isWanted(row.problem)),
    owners: [],
    notes: namespace !== undefined ? [] : overview.notes.filter(({ isFault }) => isFault),
  };
}

/** The namespaces of an overview's Services. */
export function namespacesOf({ services }: OverviewExplanation): string[] {
  const names = services.flatMap(({ service }) =>
    service.includes('/') ? [service.slice(0, service.indexOf('/'))] : [],
  );
  return [...new Set(names)];
}
