import { impacts } from '../compare/impact.js';
import { productsOf, proofOf } from '../compare/proof.js';
import type { Family } from '../net/address.js';
import type { NodeModel } from '../node/types.js';
import { besideDifferences } from './beside/find.js';
import { withChangedServices } from './changed-services.js';
import { readHints, type DumpHints } from './dump-hints.js';
import { compareFamily, rulesOf } from './family.js';
import type { TrafficDifference } from './traffic.js';
import {
  severities,
  type DiffEntry,
  type DiffReport,
  type NodeDifference,
  type ServiceDifference,
  type Severity,
} from './types.js';
import { refusedUpdates } from './update-refusals.js';
import { someOf } from '../diagnostics/words.js';

/** Compares two sides: the effect on traffic for each Service, and the rules that differ. Never throws. */
export function compareSides(before: NodeModel, after: NodeModel): DiffReport {
  return compareRules(...withChangedServices([before, after]));
}

/** The same, with the rules of all Services. */
export function compareRules(before: NodeModel, after: NodeModel): DiffReport {
  const refusals = refusalsOf(before, after);
  const isRefused = (name: string): boolean => refusals.some((one) => isOf(name, one));
  const families = (['ipv4', 'ipv6'] as const).filter((family) =>
    [before, after].some((side) => rulesOf(side, family) !== undefined),
  );
  const [comparable, missing] = [
    families.filter((family) => isComparable(before, after, family)),
    families.filter((family) => !isComparable(before, after, family)),
  ];
  const compared = comparable.map((family) => compareFamily(before, after, family));
  const services = compared
    .flatMap((one) => one.services)
    .filter(({ name }) => !isRefused(name))
    .sort(bySeverity);
  const traffic = compared.flatMap((one) => one.traffic.differences).filter(({ service }) => !isRefused(service));
  const hints = [hintsOf(before), hintsOf(after)] as const;
  const differences = {
    besides: besideDifferences(before, after),
    refusals,
    nodeDifferences: [
      ...problems(before, hints[0], hints[1], `Only ${before.name}: `),
      ...problems(after, hints[1], hints[0], ''),
      ...compared.flatMap((one) => one.nodeDifferences),
      ...withoutSentence(traffic, services),
    ],
    services,
    nodeRules: compared.flatMap(({ family, nodeRules }) =>
      nodeRules.unified === '' ? [] : [{ family, ...nodeRules }],
    ),
  };
  return {
    ...aboutSides(before, after),
    ...differences,
    traffic: () => entriesOf(traffic),
    worst: impacts.find((impact) => traffic.some(({ severity }) => severity === impact)),
    assumptions: [...new Set(compared.flatMap((one) => one.traffic.assumptions))],
    differs: traffic.length > 0 || Object.values(differences).some(({ length }) => length > 0),
    foreignDiffer: compared.some(({ foreignDiffer }) => foreignDiffer),
    isPartial: compared.some(({ isPartial }) => isPartial),
    summary: summarise(services),
    notes: [
      ...compared.flatMap((one) => one.notes),
      ...missing.map((family) => missingFamily(before, after, family)),
      ...[before, after].flatMap((side, index) => [...(hints[index]?.hints ?? []), ...side.hints]),
    ],
  };
}

function aboutSides(before: NodeModel, after: NodeModel): Pick<DiffReport, 'kind' | 'toNode' | 'from' | 'to' | 'node'> {
  return {
    kind: before.source === after.source ? 'change' : 'drift',
    toNode: before.source === 'manifests' && after.source === 'dump',
    from: before.name,
    to: after.name,
    node: nodeOf(before) || nodeOf(after),
  };
}

/** Updates that the API server would refuse; known only if both sides are manifests. */
function refusalsOf(before: NodeModel, after: NodeModel): DiffReport['refusals'] {
  return before.manifests === undefined || after.manifests === undefined || before.source !== after.source
    ? []
    : refusedUpdates(before.manifests, after.manifests);
}

/** Whether a service port (`namespace/name:port`) belongs to this Service. */
function isOf(servicePort: string, { kind, namespace, name }: DiffReport['refusals'][number]): boolean {
  return (
    kind === 'Service' && (servicePort === `${namespace}/${name}` || servicePort.startsWith(`${namespace}/${name}:`))
  );
}

const silent: DumpHints = { problems: [], hints: [] };

function hintsOf({ dump }: NodeModel): DumpHints {
  return dump === undefined ? silent : readHints(dump);
}

/** Differences of packets that no sentence about a Service covers; one sentence for all with the same outcome. */
function withoutSentence(
  traffic: readonly TrafficDifference[],
  services: readonly ServiceDifference[],
): NodeDifference[] {
  const withSentence = new Set(
    services.filter(({ changes }) => changes.length > 0).map(({ name, family }) => `${family} ${name}`),
  );
  const groups = new Map<string, NodeDifference & { readonly names: Set<string> }>();
  for (const { family, service, severity, sentence } of traffic) {
    if (withSentence.has(`${family} ${service}`)) continue;
    const key = `${family} ${severity} ${sentence}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { family, severity, sentence, names: new Set([service]) });
    else known.names.add(service);
  }
  return [...groups.values()].map(({ names, sentence, ...one }) => {
    const whom = [...names].filter((name) => name !== '');
    return { ...one, sentence: whom.length === 0 ? sentence : `${sentence} (${someOf(whom, 4)})` };
  });
}

/** Products of ranges, each with a packet walked on both sides. */
function* entriesOf(traffic: readonly TrafficDifference[]): Generator<DiffEntry> {
  for (const { service, severity, sentence, packets, sides } of traffic) {
    for (const product of packets.flatMap(productsOf)) {
      const proof = proofOf(product, sides);
      if (proof === undefined) continue;
      const { facts, before, after } = proof.witness;
      yield {
        service,
        severity,
        sentence,
        packets: proof.packets,
        witness: facts,
        before: before.outcomes,
        after: after.outcomes,
        deciders: { before: before.decider ?? null, after: after.decider ?? null },
      };
    }
  }
}

/** Problems of one side's dump that the other's does not have. */
function problems(side: NodeModel, own: DumpHints, other: DumpHints, begin: string): NodeDifference[] {
  return own.problems
    .filter((problem) => !other.problems.includes(problem))
    .map((sentence) => ({
      family: side.families[0]?.family ?? 'ipv4',
      severity: 'changes',
      sentence: `${begin}${sentence}`,
    }));
}

/** A dump of one family says nothing about the other; manifests of one family mean that there is no other. */
function isComparable(before: NodeModel, after: NodeModel, family: Family): boolean {
  return [before, after].every((side) => side.source === 'manifests' || rulesOf(side, family) !== undefined);
}

function missingFamily(before: NodeModel, after: NodeModel, family: Family): string {
  const side = rulesOf(before, family) === undefined ? before : after;
  return `${side.name} contains no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} rules, so these were not compared`;
}

function nodeOf({ families }: NodeModel): string {
  return families.find(({ state }) => state !== undefined)?.state?.options.nodeName ?? '';
}

function summarise(services: readonly ServiceDifference[]): Record<Severity, string[]> {
  const names = (severity: Severity): string[] => [
    ...new Set(services.filter((one) => one.severity === severity).map(({ name }) => name)),
  ];
  return { stops: names('stops'), changes: names('changes'), starts: names('starts'), rules: names('rules') };
}

function bySeverity(a: ServiceDifference, b: ServiceDifference): number {
  const order = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  return order !== 0 ? order : a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
}
