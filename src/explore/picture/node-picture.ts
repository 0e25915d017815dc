/** A picture of the whole node: kinds of addresses, namespaces, and the nodes of endpoints. */
import { endpointsInRules } from '../../explain/endpoints-in-rules.js';
import type { FamilyView } from '../../explain/node.js';
import type { AddressKind, FoundServicePort } from '../../explain/rules/discover.js';
import type { OverviewRow } from '../../explain/types.js';
import { plain } from '../../explain/words/plain.js';
import { PictureBuilder } from './builder.js';
import type { Box, Picture } from './picture.js';
import { count } from '../../diagnostics/words.js';
import { countsOf } from '../../diagnostics/groups.js';

/** With more namespaces or nodes, the others are combined into one box. */
const most = 16;

/** With more pairs of a namespace and a node, their lines meet in one box: drawn one by one, they are a grey band. */
const mostPairs = 32;

const kinds: Readonly<Record<AddressKind, string>> = {
  clusterIP: 'cluster IPs',
  nodePort: 'node ports',
  externalIP: 'external IPs',
  loadBalancerIP: 'load balancers',
  external: 'external addresses',
};

/** Draws all service ports in one picture; `rows` contain their problems. Linear in service ports and endpoints. */
export function nodePicture(views: readonly FamilyView[], rows: readonly OverviewRow[], title: string): Picture {
  return new NodeDrawing(views, rows, title).draw();
}

class NodeDrawing {
  private readonly builder: PictureBuilder;
  private readonly namespaces: ReadonlyMap<string, number>;
  private readonly problems: ReadonlyMap<string, number>;
  private readonly shownNamespaces: ReadonlySet<string>;
  private readonly nodes = new Map<string, number>();
  private ways = 0;

  constructor(
    private readonly views: readonly FamilyView[],
    rows: readonly OverviewRow[],
    title: string,
  ) {
    this.builder = new PictureBuilder(title);
    this.namespaces = countsOf(views.flatMap((view) => view.found.map(namespaceOf)));
    const wrong = rows.filter(({ problem }) => problem !== '');
    this.problems = countsOf(wrong.map(({ service }) => service.split('/')[0] ?? ''));
    this.shownNamespaces = largest(this.namespaces, this.problems);
  }

  draw(): Picture {
    const [entries, ends] = [new Map<string, number>(), new Map<string, [string, string]>()];
    for (const view of this.views)
      for (const found of view.found) {
        const namespace = this.shown(namespaceOf(found));
        for (const kind of new Set(found.addresses.map((one) => one.kind))) entries.set(`${kind} ${namespace}`, 1);
        for (const [node, number] of endpointNodes(view, found)) {
          this.nodes.set(node, (this.nodes.get(node) ?? 0) + number);
          ends.set(`${namespace} ${node}`, [namespace, node]);
        }
      }
    for (const key of entries.keys()) {
      const space = key.indexOf(' ');
      this.join(this.kind(key.slice(0, space) as AddressKind), this.namespace(key.slice(space + 1)));
    }
    const shownNodes = largest(this.nodes);
    const pairs = new Map(
      [...ends.values()]
        .map(([namespace, node]) => [this.namespace(namespace), this.node(node, shownNodes)].join(' '))
        .map((key) => [key, key.split(' ')]),
    );
    const middle = pairs.size > mostPairs ? [this.meeting()] : [];
    for (const [namespace = '', node = ''] of pairs.values()) this.join(namespace, ...middle, node);
    return this.builder.finish();
  }

  private shown(namespace: string): string {
    return this.shownNamespaces.has(namespace) ? namespace : '*';
  }

  private join(...boxes: readonly string[]): void {
    const index = this.ways++;
    this.builder.way(boxes, { index, share: 1, flow: String(index), isWrong: false });
  }

  private kind(kind: AddressKind): string {
    return this.box(`kind ${kind}`, 'address', [kinds[kind]], false);
  }

  private namespace(name: string): string {
    const left = this.namespaces.size - this.shownNamespaces.size;
    if (name === '*') return this.box('namespace *', 'chain', [count(left, 'more namespace')], false);
    const wrong = this.problems.get(name) ?? 0;
    const words = name === '' ? 'Services without a name' : plain(name);
    const label = [words, count(this.namespaces.get(name) ?? 0, 'Service port')];
    return this.box(
      `namespace ${name}`,
      'chain',
      wrong === 0 ? label : [...label, `${wrong} with a problem`],
      wrong > 0,
    );
  }

  /** Where all lines meet; pointing at a namespace or a node still lights up those that it is joined to. */
  private meeting(): string {
    const all = [...this.nodes.values()].reduce((sum, number) => sum + number, 0);
    const label = [count(all, 'endpoint'), `on ${count(this.nodes.size, 'node')}`];
    return this.box('meeting', 'address', label, false);
  }

  private node(name: string, shown: ReadonlySet<string>): string {
    if (!shown.has(name))
      return this.box('node *', 'endpoint', [count(this.nodes.size - shown.size, 'more node')], false);
    const words = name === '' ? 'node not known' : `node ${plain(name)}`;
    return this.box(`node ${name}`, 'endpoint', [words, count(this.nodes.get(name) ?? 0, 'endpoint')], false);
  }

  private box(key: string, kind: Box['kind'], label: readonly string[], isWrong: boolean): string {
    return this.builder.box(key, { kind, label, about: label.join(', '), isWrong, group: '' });
  }
}

function namespaceOf({ name }: FoundServicePort): string {
  return name?.namespace ?? '';
}

/** The number of a service port's endpoints on each node; `''`: unknown node. */
function endpointNodes(view: FamilyView, found: FoundServicePort): ReadonlyMap<string, number> {
  const used = endpointsInRules(view, found);
  const all = view.states.get(`${found.name?.text ?? ''} ${found.protocol}`)?.all ?? [];
  const nodes = new Map(all.map(({ hostPort, nodeName }) => [hostPort, nodeName]));
  return countsOf(used.map((endpoint) => nodes.get(endpoint) ?? ''));
}

/** The names with the most of `first`, then the largest. */
function largest(counts: ReadonlyMap<string, number>, first: ReadonlyMap<string, number> = new Map()): Set<string> {
  const all = [...counts].sort(([one, a], [other, b]) => (first.get(other) ?? 0) - (first.get(one) ?? 0) || b - a);
  return new Set(all.slice(0, most).map(([name]) => name));
}
