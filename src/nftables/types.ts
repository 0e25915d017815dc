/**
 * nftables as values. Lowering makes them from a cluster, the parsers from output of `nft`; printers and the walk read
 * them. The terms are those of nft(8). Constants keep nft's notation (`tcp`, `0x00004000`, `10.0.0.1`), because their
 * meaning depends on what they are compared with, as in nft itself.
 */

/** The families of tables; `inet` is for IPv4 and IPv6. */
export type TableFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev';

/** A place in the source text. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The content of `nft list ruleset`. */
export interface Ruleset {
  readonly tables: readonly Table[];
}

/** One table; its parts are in the order listed: objects, then sets and maps, then flowtables, then chains. */
export interface Table {
  readonly family: TableFamily;
  readonly name: string;
  /** `dormant`, `owner`, `persist`. */
  readonly flags?: readonly string[];
  /** The program that owns the table, if flag `owner` is set. */
  readonly owner?: string;
  /** `iptables-nft` or a related program, if nft warns that it manages the table. */
  readonly managedBy?: string;
  readonly comment?: string;
  readonly handle?: number;
  readonly parts: readonly TablePart[];
}

export type TablePart = NamedSet | Chain | Flowtable | NamedObject | RawPart;

/** A part of a table that is not understood: its unchanged lines, the first without indentation. */
export interface RawPart {
  readonly kind: 'rawPart';
  readonly text: string;
  readonly place: Place;
}

/** A set, a map (with `data`) or the set of a meter. */
export interface NamedSet {
  readonly kind: 'set' | 'map' | 'meter';
  readonly name: string;
  readonly handle?: number;
  readonly key: SetType;
  /** Maps only. Verdicts are `{kind: 'type', names: ['verdict']}`, objects `['counter']`, `['ct helper']` … */
  readonly data?: SetType;
  /** Whether the data are ranges. */
  readonly intervalData?: boolean;
  /** `performance` is the default and not listed. */
  readonly policy?: 'memory' | 'performance';
  /** The maximum number of elements. */
  readonly size?: number;
  /** The number of elements of a dynamic set, which nft 1.1.7 lists beside the size. */
  readonly count?: number;
  readonly flags?: readonly SetFlag[];
  /** Statements that each new element gets: `counter`, `limit …`. */
  readonly statements?: readonly StatefulStatement[];
  readonly autoMerge?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Milliseconds. */
  readonly gcInterval?: number;
  readonly comment?: string;
  readonly elements: readonly SetElement[];
  /** How many elements are on a line, if this differs from the type's default. */
  readonly elementsPerLine?: number;
}

export type SetFlag = 'constant' | 'dynamic' | 'interval' | 'timeout';

/** The type of keys or data: named (`ipv4_addr . inet_service`), or the type of an expression (`typeof ip saddr`). */
export type SetType =
  | { readonly kind: 'type'; readonly names: readonly string[] }
  | { readonly kind: 'typeof'; readonly expression: Expression };

/** An element of a set; with `value`, an element of a map. */
export interface SetElement {
  /** `{kind: 'literal', text: '*'}` is every other key. */
  readonly key: Expression;
  readonly value?: Expression | Verdict;
  readonly statements?: readonly StatefulStatement[];
  /** Milliseconds. */
  readonly timeout?: number;
  /** Milliseconds left when it was listed. */
  readonly expires?: number;
  readonly comment?: string;
}

/** A chain; with `base`, a hook calls it. */
export interface Chain {
  readonly kind: 'chain';
  readonly name: string;
  readonly handle?: number;
  readonly comment?: string;
  readonly base?: BaseChain;
  readonly rules: readonly Rule[];
}

export interface BaseChain {
  readonly type: 'filter' | 'nat' | 'route';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress' | 'egress';
  /** Hooks ingress and egress only. */
  readonly devices?: readonly Constant[];
  readonly priority: Priority;
  /** Absent: accept. */
  readonly policy?: 'accept' | 'drop';
  /** For chains that network cards process. */
  readonly offload?: boolean;
}

/** `dstnat - 10` is `{name: 'dstnat', offset: -10}`; without a name, the offset is the priority itself. */
export interface Priority {
  readonly name?: string;
  readonly offset: number;
}

export interface Flowtable {
  readonly kind: 'flowtable';
  readonly name: string;
  readonly handle?: number;
  readonly hook: string;
  readonly priority: Priority;
  readonly devices: readonly Constant[];
  readonly counter?: boolean;
  readonly flags?: readonly string[];
}

/** A named counter, quota, limit … that rules and maps refer to. */
export interface NamedObject {
  readonly kind: 'object';
  readonly name: string;
  readonly handle?: number;
  readonly comment?: string;
  readonly value: ObjectValue;
}

export type ObjectValue =
  | CounterStatement
  | QuotaStatement
  | LimitStatement
  | SynproxyStatement
  | {
      readonly kind: 'ct helper';
      readonly type: string;
      readonly protocol: string;
      readonly networkProtocol: string;
    }
  /** `policy`: for each state of the protocol its duration, in nft's notation (`established`, `2m3s`). */
  | {
      readonly kind: 'ct timeout';
      readonly protocol: string;
      readonly networkProtocol: string;
      readonly policy: readonly (readonly [state: string, duration: string])[];
    }
  /** `timeout` in milliseconds. */
  | {
      readonly kind: 'ct expectation';
      readonly protocol: string;
      readonly port: string;
      readonly timeout: number;
      readonly size: number;
      readonly networkProtocol: string;
    }
  | { readonly kind: 'secmark'; readonly context: string };

/** One rule: its statements run in order until a condition is not met or there is a verdict. */
export interface Rule {
  readonly statements: readonly Statement[];
  readonly comment?: string;
  readonly handle?: number;
  /** The place in the source text. */
  readonly place?: Place;
}

/** What happens next to a packet. `continue` goes to the next rule. */
export type Verdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string };

export type Statement =
  | Verdict
  | MatchStatement
  /** The verdict that the map has for the key; without one, the rule ends here. */
  | { readonly kind: 'verdictMap'; readonly key: Expression; readonly map: SetOperand }
  /** `jump { … }` and `goto { … }`: a chain that only this rule uses. */
  | { readonly kind: 'anonymousChain'; readonly verdict: 'jump' | 'goto'; readonly rules: readonly Rule[] }
  /** `meta mark set …`, `ct mark set …`, `ip dscp set …`. */
  | { readonly kind: 'assign'; readonly target: Expression; readonly value: Expression }
  /** `update @affinity { ip saddr }`. */
  | {
      readonly kind: 'setUpdate';
      readonly operation: 'add' | 'update' | 'delete';
      readonly set: string;
      readonly element: SetElement;
    }
  | {
      readonly kind: 'meter';
      readonly name: string;
      readonly size?: number;
      readonly key: Expression;
      readonly statement: StatefulStatement;
      /** Milliseconds. */
      readonly timeout?: number;
    }
  | NatStatement
  /** Without `with`: port unreachable. `{protocol: 'tcp', code: 'reset'}` is a TCP reset. */
  | {
      readonly kind: 'reject';
      readonly with?: { readonly protocol: 'tcp' | 'icmp' | 'icmpv6' | 'icmpx'; readonly code: string };
    }
  | StatefulStatement
  | SynproxyStatement
  /** `counter name "x"`, `ct helper set "ftp"`; the name may come from a map. */
  | { readonly kind: 'objectReference'; readonly object: ReferencedObject; readonly name: Expression }
  | {
      readonly kind: 'log';
      readonly prefix?: string;
      readonly group?: number;
      readonly snapLength?: number;
      readonly queueThreshold?: number;
      readonly level?: string;
      /** `all`, `skuid`, `ether`, `ip options`, `tcp sequence`, `tcp options`, `tcp sequence,options`. */
      readonly flags?: readonly string[];
    }
  /** `bypass`, `fanout`; without `to`, queue 0. */
  | { readonly kind: 'queue'; readonly flags?: readonly string[]; readonly to?: Expression }
  | { readonly kind: 'duplicate'; readonly to?: Expression; readonly device?: Expression }
  | {
      readonly kind: 'forward';
      readonly device: Expression;
      readonly family?: 'ip' | 'ip6';
      readonly address?: Expression;
    }
  | {
      readonly kind: 'tproxy';
      readonly family?: 'ip' | 'ip6';
      readonly address?: Expression;
      readonly port?: Expression;
    }
  | { readonly kind: 'notrack' }
  /** `flow add @name`. */
  | { readonly kind: 'flowAdd'; readonly flowtable: string }
  /** `reset tcp option sack-perm`. */
  | { readonly kind: 'resetTcpOption'; readonly option: string }
  /** A match or target of iptables-nft that nft cannot show: `xt match "comment"`. */
  | { readonly kind: 'extension'; readonly type: 'match' | 'target' | 'watcher'; readonly name: string }
  | RawStatement;

/** A statement that is not understood, up to the end of its rule. Its effect is unknown. */
export interface RawStatement {
  readonly kind: 'raw';
  readonly text: string;
  readonly place: Place;
}

/**
 * A condition. Without `operator`, `right` is an equal constant, a set or list that contains the left side, or bits of
 * which at least one is set (`ct state new,established`). `tcp flags syn / fin,syn` has a `mask`.
 */
export interface MatchStatement {
  readonly kind: 'match';
  readonly left: Expression;
  readonly operator?: '==' | '!=' | '<' | '>' | '<=' | '>=' | '!';
  readonly right: Expression;
  readonly mask?: Expression;
}

/**
 * Without an address, `dnat` and `snat` change only the port. The address may be a map with data that contain the port,
 * too.
 */
export interface NatStatement {
  readonly kind: 'snat' | 'dnat' | 'masquerade' | 'redirect';
  readonly family?: 'ip' | 'ip6';
  /** `dnat ip prefix to …`: the network part is changed, the host part is kept. */
  readonly prefix?: boolean;
  readonly address?: Expression;
  readonly port?: Expression;
  readonly flags?: readonly NatFlag[];
}

export type NatFlag = 'random' | 'fully-random' | 'persistent';

/** A statement with a state of its own, in a rule or in an element of a set. */
export type StatefulStatement =
  | CounterStatement
  | QuotaStatement
  | LimitStatement
  /** `ct count over 20`: the number of connections with the key of this element. */
  | { readonly kind: 'connectionLimit'; readonly count: number; readonly over?: boolean }
  /** When it last matched, in milliseconds before the listing; absent: never. */
  | { readonly kind: 'last'; readonly used?: number };

/** Absent counts: listed without them (`nft -s`). */
export interface CounterStatement {
  readonly kind: 'counter';
  readonly packets?: number;
  readonly bytes?: number;
}

export interface LimitStatement {
  readonly kind: 'limit';
  readonly over?: boolean;
  /** The number of packets or `unit`s per `per`. */
  readonly rate: number;
  readonly unit?: 'bytes' | 'kbytes' | 'mbytes';
  readonly per: 'second' | 'minute' | 'hour' | 'day' | 'week';
  readonly burst?: { readonly amount: number; readonly unit: 'packets' | 'bytes' | 'kbytes' | 'mbytes' };
}

export interface QuotaStatement {
  readonly kind: 'quota';
  readonly over?: boolean;
  readonly amount: number;
  readonly unit: 'bytes' | 'kbytes' | 'mbytes';
  readonly used?: { readonly amount: number; readonly unit: 'bytes' | 'kbytes' | 'mbytes' };
}

export interface SynproxyStatement {
  readonly kind: 'synproxy';
  readonly maximumSegmentSize?: number;
  readonly windowScale?: number;
  readonly timestamp?: boolean;
  readonly selectiveAcknowledgement?: boolean;
}

export type ReferencedObject =
  'counter' | 'quota' | 'limit' | 'synproxy' | 'ct helper' | 'ct timeout' | 'ct expectation' | 'secmark';

/** A value from a packet, its connection or its path, and the values it is compared with or set to. */
export type Expression =
  | Constant
  | { readonly kind: 'prefix'; readonly address: Constant; readonly length: number }
  | { readonly kind: 'range'; readonly from: Constant; readonly to: Constant }
  /** `ip daddr . meta l4proto . th dport`. */
  | { readonly kind: 'concatenation'; readonly parts: readonly Expression[] }
  /** `new,established`. */
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | SetOperand
  /** The data that the map has for the key; without any, the rule ends here. */
  | { readonly kind: 'map'; readonly key: Expression; readonly map: SetOperand }
  | {
      readonly kind: 'binary';
      readonly operator: '&' | '|' | '^' | '<<' | '>>';
      readonly left: Expression;
      readonly right: Expression;
    }
  /** A field of a header: `ip saddr`, `th dport`, `icmp type`. */
  | { readonly kind: 'payload'; readonly protocol: string; readonly field: string }
  /** `@th,16,16`: bits from the start of a header. */
  | { readonly kind: 'rawPayload'; readonly base: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'meta'; readonly key: string }
  /** `ct state`, `ct original ip saddr` (`direction` original, `key` `ip saddr`). */
  | { readonly kind: 'ct'; readonly key: string; readonly direction?: 'original' | 'reply' }
  /** `fib daddr . iif type`. */
  | {
      readonly kind: 'fib';
      readonly selectors: readonly string[];
      readonly result: 'type' | 'oif' | 'oifname' | 'check';
    }
  | {
      readonly kind: 'numgen';
      readonly mode: 'random' | 'inc';
      readonly modulus: number;
      readonly offset?: number;
    }
  /** `jhash ip saddr . tcp dport mod 2 seed 0x1 offset 100`; `symhash` hashes the connection. */
  | {
      readonly kind: 'hash';
      readonly of?: Expression;
      readonly modulus: number;
      readonly seed?: string;
      readonly offset?: number;
    }
  /** Any other selector, in nft's words: `rt classid`, `socket mark`, `tcp option maxseg size`. */
  | { readonly kind: 'selector'; readonly words: readonly string[] };

/** `literal`: an unquoted word or number (`tcp`, `10.0.0.1`, `*`). `string`: text that nft prints in quotes. */
export type Constant =
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'string'; readonly text: string };

/** The set or map of a lookup: by name, or with its elements in the rule. */
export type SetOperand =
  | { readonly kind: 'setReference'; readonly name: string }
  | { readonly kind: 'anonymousSet'; readonly elements: readonly SetElement[] };
