/** All rules of a node as one text, the way its programs print them; each line leads to its Service, chain and manifest. */
import { viewFamilies, type FamilyView } from '../explain/node.js';
import type { Knowledge } from '../explain/types.js';
import type { NodeModel } from '../node/types.js';
import { modeNamed } from '../pipeline/modes.js';
import type { FileLine, RuleFileFacts } from './answers.js';
import { placesOf, type ServicePlaces } from './places.js';
import { joinHostPort } from '../net/host-port.js';

interface Part {
  readonly title: string;
  /** The number of its first line. */
  readonly from: number;
}

interface ServicePortWords {
  readonly namespace: string;
  readonly service: string;
  readonly port: string;
}

export class RuleFile {
  private readonly byWord = new Map<string, ServicePortWords>();
  /** An address alone names a Service unless several have it: those are undefined. */
  private readonly byAddress = new Map<string, ServicePortWords | undefined>();
  private readonly chains = new Set<string>();
  private readonly views: readonly FamilyView[];
  private readonly places = new Map<string, ServicePlaces | undefined>();
  /** The line on which the rules of a chain begin. */
  private firstLines: Map<string, number> | undefined;

  private constructor(
    private readonly knowledge: Knowledge,
    private readonly parts: readonly Part[],
    private readonly lines: readonly string[],
  ) {
    this.views = viewFamilies(knowledge);
    for (const view of this.views) this.learn(view);
  }

  /** Prints the rules of a node in a mode; of a dump, its texts as they are. */
  static async of(knowledge: Knowledge, mode: string): Promise<RuleFile> {
    const parts: Part[] = [];
    const lines: string[] = [];
    for (const { title, text } of await textsOf(knowledge.node, mode)) {
      if (text.trim() === '') continue;
      parts.push({ title, from: lines.length + 1 });
      for (const line of text.replace(/\n$/, '').split('\n')) lines.push(line);
    }
    return new RuleFile(knowledge, parts, lines);
  }

  get facts(): RuleFileFacts {
    return { parts: this.parts, lines: this.lines.length };
  }

  /** Lines from a number on, which counts from 1. */
  slice(from: number, count: number): FileLine[] {
    const start = Math.max(0, from - 1);
    return this.lines.slice(start, start + count).map((text, index) => this.line(text, start + index + 1));
  }

  /** The line of a chain's rule, or of its first where `rule` is 0; 0 for a chain that is not there. */
  lineOf(chain: string, rule: number): number {
    const first = (this.firstLines ??= firstLinesOf(this.lines)).get(chain) ?? 0;
    if (first === 0 || rule < 2) return first;
    let left = rule;
    for (let number = first; number <= this.lines.length; number++)
      if (this.lines[number - 1]?.startsWith(`-A ${chain} `) === true && --left === 0) return number;
    return first;
  }

  /** The first line after another that holds a text, going round at the end; 0 where none does. */
  find(text: string, after: number): number {
    const wanted = text.toLowerCase();
    if (wanted === '') return 0;
    for (let step = 0; step < this.lines.length; step++) {
      const index = (after + step) % this.lines.length;
      if (this.lines[index]?.toLowerCase().includes(wanted) === true) return index + 1;
    }
    return 0;
  }

  private learn({ found, index, tables }: FamilyView): void {
    for (const { name, chains, addresses, protocol } of found) {
      if (name === undefined) continue;
      const words = { namespace: name.namespace, service: name.service, port: name.port };
      this.byWord.set(name.text, words);
      for (const chain of chains.values()) this.byWord.set(chain, words);
      for (const { address, port } of addresses) {
        for (const word of addressWords(address, port, protocol)) this.byWord.set(word, words);
        if (address !== '') this.byAddress.set(address, this.onlyAt(address, words));
      }
    }
    for (const table of index.tableNames) for (const { name } of index.chains(table)) this.chains.add(name);
    for (const { index: own } of tables) for (const name of own.chains.keys()) this.chains.add(name);
  }

  private onlyAt(address: string, words: ServicePortWords): ServicePortWords | undefined {
    const known = this.byAddress.has(address) ? this.byAddress.get(address) : words;
    return known?.namespace === words.namespace && known.service === words.service ? known : undefined;
  }

  private line(text: string, number: number): FileLine {
    const words = text.split(/[\s",:]+(?=\S)|["\s]+/);
    const service = this.serviceOf(text, words);
    const place = service === undefined ? undefined : this.placeOf(service, text);
    return {
      number,
      text,
      chains: [...new Set(words.filter((word) => this.chains.has(word)))],
      ...(service === undefined ? {} : { service: `${service.namespace}/${service.service}` }),
      ...(place === undefined ? {} : { place }),
    };
  }

  private serviceOf(text: string, words: readonly string[]): ServicePortWords | undefined {
    for (const word of text.split(/[\s"]+/)) {
      // Elements of ipsets may go on after the address and port.
      const known = this.byWord.get(word) ?? this.byWord.get(word.split(',', 2).join(','));
      if (known !== undefined) return known;
    }
    const byAddress = words.flatMap((word) => this.byAddress.get(word) ?? []);
    if (new Set(byAddress).size === 1) return byAddress[0];
    // Names of nftables' chains hold that of the service port, and chains of endpoints know which one they serve.
    const [, namespace, service, port] =
      /[A-Z2-7]{8}-([^\s/]+)\/([^\s/]+)\/(?:tcp|udp|sctp)\/([^\s/_]*)/.exec(text) ?? [];
    if (namespace !== undefined && service !== undefined) return { namespace, service, port: port ?? '' };
    const endpointChain = words.find((word) => word.startsWith('KUBE-SEP-'));
    if (endpointChain === undefined) return undefined;
    for (const { naming } of this.views) {
      const served = this.byWord.get(naming.serves(endpointChain));
      if (served !== undefined) return served;
    }
    return undefined;
  }

  private placeOf({ namespace, service, port }: ServicePortWords, text: string): FileLine['place'] {
    const key = `${namespace}/${service}`;
    if (!this.places.has(key))
      this.places.set(key, placesOf(this.knowledge.node.completed?.cluster, namespace, service));
    return this.places.get(key)?.of(text, port);
  }
}

/** As ipvsadm and ipset write an address and port. */
function addressWords(address: string, port: number, protocol: string): string[] {
  if (address === '') return [];
  return [joinHostPort(address, port), `${address},${protocol}:${port}`];
}

async function textsOf(node: NodeModel, mode: string): Promise<{ readonly title: string; readonly text: string }[]> {
  if (node.dump !== undefined) return node.dump.texts.map(({ name, text }) => ({ title: name, text }));
  const proxy = modeNamed(mode);
  if (proxy === undefined) return [];
  const lowering = await proxy.load();
  return proxy.dumps.flatMap(({ command, format }) =>
    node.families.map((family) => ({
      title: `${command}, ${family.family}`,
      text: [...(lowering.printContent(format, family) ?? [])].join(''),
    })),
  );
}

function firstLinesOf(lines: readonly string[]): Map<string, number> {
  const first = new Map<string, number>();
  const declared = new Map<string, number>();
  lines.forEach((line, index) => {
    const [, rule, chain, declaration] = /^(?:-A (\S+)|\s*(?:chain|map|set) (\S+) \{|:(\S+))/.exec(line) ?? [];
    const name = rule ?? chain;
    if (name !== undefined && !first.has(name)) first.set(name, index + 1);
    if (declaration !== undefined && !declared.has(declaration)) declared.set(declaration, index + 1);
  });
  for (const [name, line] of declared) if (!first.has(name)) first.set(name, line);
  return first;
}
