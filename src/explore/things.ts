/** The page's content for one Service and for one chain. */
import { explainPort, portLabel } from '../explain/explain-port.js';
import { explainFound } from '../explain/explain-service.js';
import { explain } from '../explain/explain.js';
import { viewFamilies } from '../explain/node.js';
import { chainGraph } from '../explain/output/other-graphs.js';
import { documentOf } from '../explain/output/print.js';
import type { FoundServicePort } from '../explain/rules/discover.js';
import type { ExplainedChain, ExplainedPort, Knowledge, ServiceExplanation } from '../explain/types.js';
import { directoryOf } from '../explain/directory.js';
import { explainOverview } from '../explain/explain-overview.js';
import { clientsOf } from '../explain/traffic/clients.js';
import { nodePicture } from './picture/node-picture.js';
import type { Answer, DrawnPicture, ListedChain, NodeAnswer, Suggestions, ThingAnswer } from './answers.js';
import { graphPicture } from './picture/graph-picture.js';
import { layOut } from './picture/layout.js';
import type { Picture } from './picture/picture.js';
import { placesOf, type ServicePlaces } from './places.js';
import { servicePicture } from './picture/service-picture.js';
import { waysTo } from './picture/ways.js';
import { knownNodes, knownPods, knownServices } from '../targets/directory.js';
import { kindOfWord, wordOfKind } from '../targets/kinds.js';
import { capitalised } from '../diagnostics/words.js';

/** One Service by `namespace/name`, or by what a service port without a name goes by. */
export function serviceAnswer(knowledge: Knowledge, name: string): Answer<ThingAnswer> {
  const slash = name.indexOf('/');
  const [namespace, service] = [name.slice(0, slash), name.slice(slash + 1)];
  const { explanation = unnamed(knowledge, name), ...rest } = explain(knowledge, {
    kind: 'service',
    namespace,
    service,
    port: undefined,
  });
  if (explanation?.kind !== 'service') return missing(rest);
  return {
    value: {
      heading: explanation.name,
      pictures: picturesOf(knowledge, explanation.ports).map(drawn),
      document: documentOf(explanation),
      chains: chainsOf(placedChains(explanation, placesOf(knowledge.node.completed?.cluster, namespace, service))),
    },
  };
}

function unnamed(knowledge: Knowledge, label: string): ServiceExplanation | undefined {
  for (const view of viewFamilies(knowledge))
    for (const found of view.found)
      if (found.name === undefined && portLabel(found) === label) return explainFound(knowledge, view, found);
  return undefined;
}

/** A picture of each port of a Service. Of the rules' numbers nothing is shown. */
export function servicePictures(knowledge: Knowledge, namespace: string, service: string): DrawnPicture[] {
  const ports = viewFamilies(knowledge).flatMap((view) =>
    view.found
      .filter(({ name }) => name?.namespace === namespace && name.service === service)
      .map((found) => explainPort(view, found, knowledge, undefined)),
  );
  return picturesOf(knowledge, ports).map(drawn);
}

/**
 * The whole node: every service port in a row, and all of them in a picture. `pause` is awaited between the long steps.
 */
export async function nodeAnswer(knowledge: Knowledge, pause: () => Promise<void>): Promise<NodeAnswer> {
  const views = viewFamilies(knowledge);
  await pause();
  const { services, owners, notes, node } = explainOverview(knowledge);
  await pause();
  const picture = nodePicture(views, services, node === '' ? 'All Services' : `Node ${node}`);
  return { services, owners, notes, ...(picture.boxes.length === 0 ? {} : { picture: drawn(picture) }) };
}

/** More names than these would not help. */
const mostSuggested = 2000;

/** What the packet form suggests: Services, Pods and workloads by name, and clients of each kind by address. */
export function suggestions(knowledge: Knowledge): Suggestions {
  const views = viewFamilies(knowledge);
  const to = views.flatMap(({ found }) => found.flatMap(({ name }) => (name === undefined ? [] : [name.text])));
  const clients = views.flatMap(({ places }) => clientsOf(places, [], new Set()));
  const from = clients.flatMap(({ address, words }) =>
    address === undefined ? [] : [{ value: address, label: words }],
  );
  const { namespaces, senders } = namedSenders(knowledge);
  return { to: [...new Set(to)].sort().slice(0, mostSuggested), from: [...senders, ...from], namespaces };
}

function namedSenders(knowledge: Knowledge): {
  namespaces: readonly string[];
  senders: readonly { readonly value: string; readonly label: string }[];
} {
  const directory = directoryOf(knowledge);
  const labels = new Map<string, string>();
  for (const { namespace, name, owners } of knownPods(directory)) {
    for (const owner of owners) {
      const [kind = '', own = ''] = owner.split(' ');
      const word = kindOfWord(kind);
      if (word !== undefined) labels.set(`${wordOfKind(word)}/${own}`, `in namespace ${namespace}`);
    }
    if (name !== undefined) labels.set(`pod/${name}`, `in namespace ${namespace}`);
  }
  for (const { name } of knownNodes(directory)) labels.set(`node/${name}`, 'the node itself');
  const all = [...knownServices(directory), ...knownPods(directory)].map(({ namespace }) => namespace);
  return {
    namespaces: [...new Set(all)].sort().slice(0, mostSuggested),
    senders: [...labels].slice(0, mostSuggested).map(([value, label]) => ({ value, label })),
  };
}

/** The chains with that name. */
export function chainAnswer(knowledge: Knowledge, name: string): Answer<ThingAnswer> {
  const { explanation, ...rest } = explain(knowledge, { kind: 'chain', chain: name, table: undefined });
  if (explanation?.kind !== 'chain') return missing(rest);
  const isChain = (label: string): boolean => /^[^.… ]/.test(label);
  return {
    value: {
      heading: name,
      pictures: [
        drawn(
          graphPicture(chainGraph(explanation), (label, kind) =>
            kind === 'chain' && isChain(label) ? { view: 'chain', name: label } : undefined,
          ),
        ),
      ],
      document: documentOf(explanation),
      chains: chainsOf(explanation.chains),
    },
  };
}

function missing(result: object): { missing: string } {
  const words = 'missing' in result && typeof result.missing === 'string' ? result.missing : 'there is nothing';
  return { missing: `${capitalised(words)}${words.endsWith('?') ? '' : '.'}` };
}

function drawn(picture: Picture): DrawnPicture {
  return { title: picture.title, layout: layOut(picture) };
}

/** A picture of each port in each family. */
function picturesOf(knowledge: Knowledge, ports: readonly ExplainedPort[]): Picture[] {
  const views = viewFamilies(knowledge);
  return ports.flatMap((port) =>
    views
      .filter(({ family }) => family === port.family)
      .flatMap((view) => {
        const found = view.found.find((one) => isPort(one, port));
        return found === undefined
          ? []
          : [servicePicture(port, waysTo(view, found), ({ name }) => view.naming.words(name) ?? '')];
      }),
  );
}

function isPort(found: FoundServicePort, port: ExplainedPort): boolean {
  return found.protocol === port.protocol && portLabel(found) === port.name;
}

/** The chains of all ports; each rule has the manifest line that it comes from. */
function placedChains({ ports }: ServiceExplanation, places: ServicePlaces | undefined): ListedChain[] {
  return ports.flatMap(({ chains, port }) =>
    chains.map(({ table, chain, words, rules }) => ({
      table,
      chain,
      words,
      rules: rules.map(({ number, text, words: own }) => ({
        number,
        text,
        words: own,
        ...(places === undefined ? {} : { place: places.of(text, port) }),
      })),
    })),
  );
}

/** Each chain once, with the rules from any of its occurrences. */
function chainsOf(chains: readonly (ExplainedChain | ListedChain)[]): ListedChain[] {
  const byName = new Map<string, ListedChain>();
  for (const { table, chain, words, rules } of chains) {
    const key = `${table} ${chain}`;
    const known = byName.get(key)?.rules ?? [];
    const more = rules.filter(({ number }) => !known.some((one) => one.number === number));
    byName.set(key, { table, chain, words, rules: [...known, ...more].sort((a, b) => a.number - b.number) });
  }
  return [...byName.values()];
}
