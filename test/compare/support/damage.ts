/** Changes of a node's rules, sets, policies and facts, as other programs and mistakes make them. */
import { parseDump } from '../../../src/iptables/dump/parse.js';
import { printSave } from '../../../src/iptables/print/save.js';
import type { Rule, RuleSet, TableName } from '../../../src/iptables/types.js';
import type { Rule as NftablesRule, SetElement, Table } from '../../../src/nftables/types.js';
import type { NodeFamily, NodeModel } from '../../../src/node/types.js';

type Next = () => number;

function pickFrom<Item>(items: readonly Item[], next: Next): Item | undefined {
  return items[Math.floor(next() * items.length)];
}

/** The node as its iptables-save shows it, read again: without the parts that iptables-save does not print. */
export function dumped(node: NodeModel, edit = (text: string): string => text): NodeModel {
  return {
    ...node,
    families: node.families.map((content) => {
      const text = edit(printSave(content.ruleSet));
      const ruleSet = parseDump({ name: 'save', text }, { family: content.family }).dumps[0]?.ruleSet;
      return { ...content, ruleSet: ruleSet ?? content.ruleSet };
    }),
  };
}

/** The text of a dump with one rule removed, or with one word of a rule as another rule has it. */
export function editedDump(text: string, next: Next): string {
  const lines = text.split('\n');
  const rules = lines.flatMap((line, at) => (line.startsWith('-A ') ? [at] : []));
  const at = pickFrom(rules, next);
  if (at === undefined) return text;
  const option = pickFrom(['-j', '-d', '-s', '--dport', '--to-destination', '--probability', '-A', ''], next) ?? '';
  const pattern = new RegExp(`(?<= ${option} |^${option} )\\S+`);
  const others = rules.flatMap((other) => (option === '' ? [] : (pattern.exec(lines[other] ?? '') ?? [])));
  const changed = rules.filter((other) => pattern.test(lines[other] ?? ''));
  const [place, word] = [pickFrom(changed, next), pickFrom(others, next)];
  if (option === '' || place === undefined || word === undefined) lines.splice(at, 1);
  else lines[place] = (lines[place] ?? '').replace(pattern, word);
  return lines.join('\n');
}

/** The node with one thing changed. */
export function changed(node: NodeModel, next: Next): NodeModel {
  if (next() < 0.08 && node.host !== undefined)
    return { ...node, host: { ...node.host, nodeIPs: [...node.host.nodeIPs.slice(1), '198.51.100.9', '2001:db8::9'] } };
  return { ...node, families: node.families.map((content) => changedFamily(content, next)) };
}

function changedFamily(content: NodeFamily, next: Next): NodeFamily {
  const { sets } = content;
  if (sets.length > 0 && next() < 0.3) {
    const gone = Math.floor(next() * sets.length);
    return {
      ...content,
      sets: sets.map((set, at) => (at === gone ? { ...set, elements: set.elements.slice(1) } : set)),
    };
  }
  const kind = next();
  const ruleSet =
    kind < 0.15
      ? withPolicy(content.ruleSet, next)
      : kind < 0.5
        ? withoutEndpoint(content, next)
        : withRule(content, next);
  if (content.nftables === undefined || next() < 0.2) return { ...content, ruleSet };
  return { ...content, nftables: content.nftables.map((table) => changedTable(table, content, next)) };
}

function withPolicy(ruleSet: RuleSet, next: Next): RuleSet {
  const name = pickFrom(['FORWARD', 'INPUT', 'OUTPUT'], next);
  return {
    ...ruleSet,
    tables: ruleSet.tables.map((table) => ({
      ...table,
      chains: table.chains.map((chain) => (chain.name === name ? { ...chain, policy: 'DROP' as const } : chain)),
    })),
  };
}

/** Addresses in the rules: of Services and of endpoints. */
function addressesIn({ family, ruleSet, nftables = [] }: NodeFamily): string[] {
  const pattern = family === 'ipv4' ? /"(\d+\.\d+\.\d+\.\d+)[/:"]/g : /"\[?((?:[0-9a-f]{1,4}:+)+[0-9a-f]{1,4})[/\]"]/g;
  const text = JSON.stringify([ruleSet.tables, nftables]);
  const found = [...text.matchAll(pattern)].map(([, address = '']) => address);
  return found.length === 0 ? [family === 'ipv4' ? '10.96.0.1' : 'fd00::1'] : found;
}

const hooks: readonly (readonly [TableName, string])[] = [
  ['raw', 'PREROUTING'],
  ['mangle', 'PREROUTING'],
  ['nat', 'PREROUTING'],
  ['nat', 'OUTPUT'],
  ['filter', 'INPUT'],
  ['filter', 'FORWARD'],
  ['filter', 'OUTPUT'],
  ['mangle', 'POSTROUTING'],
  ['nat', 'POSTROUTING'],
];

const masquerade = { value: 0x4000, mask: 0x4000 };

/** A rule more at a hook, or one in a chain of kube-proxy. */
function withRule(content: NodeFamily, next: Next): RuleSet {
  const { ruleSet, family } = content;
  const [name, hook] = pickFrom(hooks, next) ?? ['filter', 'FORWARD'];
  const chains = ruleSet.tables.find((table) => table.name === name)?.rules.map(({ chain }) => chain) ?? [];
  const chain = next() < 0.6 ? hook : (pickFrom(chains, next) ?? hook);
  const addresses = addressesIn(content);
  const prefix = `${pickFrom(addresses, next) ?? ''}/${family === 'ipv4' ? 32 : 128}`;
  const target = pickFrom(addresses, next) ?? '';
  const matches: Rule['matches'] =
    pickFrom<Rule['matches']>(
      [
        [{ kind: 'destination', prefix }],
        [{ kind: 'destination', prefix, negated: true }],
        [{ kind: 'source', prefix }],
        [
          { kind: 'protocol', protocol: 'tcp' },
          { kind: 'tcp', destinationPort: { from: 8080, to: 8080 } },
        ],
        [{ kind: 'mark', mark: masquerade }],
        [{ kind: 'conntrackState', states: ['DNAT'] }],
        [
          { kind: 'destination', prefix },
          { kind: 'conntrackState', states: ['DNAT'], negated: true },
        ],
        [{ kind: 'conntrack', originalDestination: prefix }],
      ],
      next,
    ) ?? [];
  const isNat = name === 'nat';
  const to = family === 'ipv4' ? `${target}:8080` : `[${target}]:8080`;
  const rule: Rule = {
    chain,
    matches,
    target: pickFrom<NonNullable<Rule['target']>>(
      [
        { kind: 'mark', operation: 'setXmark', mark: masquerade },
        { kind: 'verdict', verdict: 'ACCEPT' },
        isNat
          ? hook === 'POSTROUTING'
            ? { kind: 'masquerade' }
            : { kind: 'destinationNat', to }
          : { kind: 'verdict', verdict: 'DROP' },
      ],
      next,
    ) ?? { kind: 'verdict', verdict: 'ACCEPT' },
  };
  const tables = ruleSet.tables.some((table) => table.name === name)
    ? ruleSet.tables
    : [...ruleSet.tables, { name, chains: [{ name: hook, policy: 'ACCEPT' as const }], rules: [] }];
  return {
    ...ruleSet,
    tables: tables.map((table) => (table.name === name ? { ...table, rules: insert(table.rules, rule, next) } : table)),
  };
}

/** Packets that Services send to an endpoint are dropped after DNAT. */
function withoutEndpoint({ ruleSet, family }: NodeFamily, next: Next): RuleSet {
  const sent = ruleSet.tables.flatMap(({ rules }) =>
    rules.flatMap(({ target }) => (target?.kind === 'destinationNat' ? [target.to] : [])),
  );
  const [, address = ''] = /^\[?(.*?)\]?:\d+$/.exec(pickFrom(sent, next) ?? '') ?? [];
  if (address === '') return ruleSet;
  const [name, chain] = pickFrom([['filter', 'FORWARD'] as const, ['mangle', 'POSTROUTING'] as const], next) ?? [];
  const rule: Rule = {
    chain: chain ?? '',
    matches: [{ kind: 'destination', prefix: `${address}/${family === 'ipv4' ? 32 : 128}` }],
    target: { kind: 'verdict', verdict: 'DROP' },
  };
  return {
    ...ruleSet,
    tables: ruleSet.tables.map((table) => (table.name === name ? { ...table, rules: [rule, ...table.rules] } : table)),
  };
}

/** Before or after the other rules of its chain. */
function insert(rules: readonly Rule[], rule: Rule, next: Next): Rule[] {
  return next() < 0.5 ? [rule, ...rules] : [...rules, rule];
}

function changedTable(table: Table, content: NodeFamily, next: Next): Table {
  const chains = table.parts.filter((part) => part.kind === 'chain');
  const maps = table.parts.filter((part) => 'elements' in part && part.elements.length > 1);
  const kind = Math.floor(next() * 4);
  if (kind < 2) {
    const chain = pickFrom(
      chains.filter(({ rules }) => kind === 1 || rules.length > 0),
      next,
    );
    const rules = [...(chain?.rules ?? [])];
    const at = Math.floor(next() * rules.length);
    if (kind === 0) rules.splice(at, 1);
    else rules.splice(at, 0, droppingRule(content, next));
    return { ...table, parts: table.parts.map((part) => (part === chain ? { ...chain, rules } : part)) };
  }
  const map = pickFrom(maps, next);
  if (map === undefined || !('elements' in map)) return table;
  const elements: SetElement[] = [...map.elements];
  const at = Math.floor(next() * elements.length);
  const [one, other] = [elements[at], pickFrom(elements, next)];
  if (kind === 2) elements.splice(at, 1);
  else if (one !== undefined && other?.value !== undefined) elements[at] = { ...one, value: other.value };
  return { ...table, parts: table.parts.map((part) => (part === map ? { ...map, elements } : part)) };
}

function droppingRule(content: NodeFamily, next: Next): NftablesRule {
  const address = pickFrom(addressesIn(content), next) ?? '';
  const protocol = content.family === 'ipv4' ? 'ip' : 'ip6';
  const field = next() < 0.7 ? 'daddr' : 'saddr';
  return {
    statements: [
      { kind: 'match', left: { kind: 'payload', protocol, field }, right: { kind: 'literal', text: address } },
      { kind: 'drop' },
    ],
  };
}
