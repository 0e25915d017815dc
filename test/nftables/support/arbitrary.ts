/** Tables of any shape that nft could list. */
import * as fc from 'fast-check';
import type {
  Chain,
  Constant,
  Expression,
  MatchStatement,
  NamedSet,
  Rule,
  Ruleset,
  SetElement,
  Statement,
  Table,
} from '../../../src/nftables/types.js';

const literal = (text: string): Constant => ({ kind: 'literal', text });
const payload = (protocol: string, field: string): Expression => ({ kind: 'payload', protocol, field });
const meta = (key: string): Expression => ({ kind: 'meta', key });

/** Names as programs choose them; kube-proxy's contain slashes. */
const name = fc.stringMatching(/^[a-z][a-z0-9_/.-]{0,20}[a-z0-9]$/);
const comment = fc.stringMatching(/^[ !#-~]{1,40}$/);
const octet = fc.nat({ max: 255 });
const address = fc.tuple(octet, octet, octet, octet).map((parts) => literal(parts.join('.')));
const port = fc.integer({ min: 1, max: 65_535 }).map((number) => literal(String(number)));
const mark = fc
  .integer({ min: 0, max: 0xffffffff })
  .map((number) => literal(`0x${number.toString(16).padStart(8, '0')}`));
const prefix = fc
  .tuple(address, fc.integer({ min: 0, max: 31 }))
  .map(([base, length]): Expression => ({ kind: 'prefix', address: base, length }));
const portRange = fc.tuple(port, port).map(([from, to]): Expression => ({ kind: 'range', from, to }));
const concatenation = (parts: Expression[]): Expression => ({ kind: 'concatenation', parts });
/** A single part is not a concatenation. */
function joined(parts: Expression[]): Expression {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : concatenation(parts);
}

/** Types of keys with their selectors, and constants of these types. */
const columns = [
  { type: 'ipv4_addr', of: payload('ip', 'saddr'), value: fc.oneof(address, prefix) },
  { type: 'inet_service', of: payload('th', 'dport'), value: fc.oneof(port, portRange) },
  { type: 'inet_proto', of: meta('l4proto'), value: fc.constantFrom('tcp', 'udp', 'sctp').map(literal) },
  { type: 'mark', of: meta('mark'), value: mark },
  {
    type: 'ifname',
    of: meta('iifname'),
    value: fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}\*?$/).map((text): Expression => ({ kind: 'string', text })),
  },
] as const;

const keys = fc.subarray([...columns], { minLength: 1, maxLength: 3 });
type Keys = readonly (typeof columns)[number][];

const expressionOf = (chosen: Keys): Expression => joined(chosen.map(({ of }) => of));

function valueOf(chosen: Keys): fc.Arbitrary<Expression> {
  const values: fc.Arbitrary<Expression>[] = chosen.map(({ value }) => value);
  return fc.tuple(...values).map(joined);
}

const verdict = fc.oneof(
  fc.constantFrom('accept', 'drop', 'return', 'continue').map((kind) => ({ kind }) as const),
  fc.tuple(fc.constantFrom('jump', 'goto'), name).map(([kind, chain]) => ({ kind, chain }) as const),
);
const duration = fc.integer({ min: 1, max: 10_000_000_000 });
const counter = fc.tuple(fc.nat(), fc.nat()).map(([packets, bytes]) => ({ kind: 'counter', packets, bytes }) as const);
const limit = fc
  .tuple(fc.boolean(), fc.integer({ min: 1, max: 1e6 }), fc.constantFrom('second', 'minute', 'hour', 'day', 'week'))
  .map(([over, rate, per]) => ({ kind: 'limit', ...(over ? { over } : {}), rate, per }) as const);
const stateful = fc.oneof(counter, limit);

function element(chosen: Keys, isMap: boolean): fc.Arbitrary<SetElement> {
  return fc.record(
    {
      key: valueOf(chosen),
      ...(isMap ? { value: verdict } : {}),
      statements: fc.array(stateful, { minLength: 1, maxLength: 2 }),
      timeout: duration,
      expires: duration,
      comment,
    },
    { requiredKeys: isMap ? ['key', 'value'] : ['key'] },
  );
}

const namedSet: fc.Arbitrary<NamedSet> = fc.tuple(keys, fc.boolean()).chain(([chosen, isMap]) => {
  const key = { kind: 'type', names: chosen.map(({ type }) => type) } as const;
  return fc.record(
    {
      kind: fc.constant(isMap ? ('map' as const) : ('set' as const)),
      name,
      key: fc.constant(key),
      ...(isMap ? { data: fc.constant({ kind: 'type', names: ['verdict'] } as const) } : {}),
      policy: fc.constant('memory' as const),
      size: fc.nat(),
      flags: fc.subarray(['constant', 'dynamic', 'interval', 'timeout'] as const, { minLength: 1 }),
      statements: fc.array(stateful, { minLength: 1, maxLength: 2 }),
      autoMerge: fc.constant(true as const),
      timeout: duration,
      gcInterval: duration,
      comment,
      elements: fc.array(element(chosen, isMap), { maxLength: 12 }),
    },
    { requiredKeys: ['kind', 'name', 'key', 'elements', ...(isMap ? (['data'] as const) : [])] },
  );
});

const match: fc.Arbitrary<MatchStatement> = keys.chain((chosen) =>
  fc
    .tuple(
      fc.constantFrom(undefined, '!=' as const),
      fc.oneof(
        valueOf(chosen),
        name.map((set): Expression => ({ kind: 'setReference', name: set })),
        fc
          .array(element(chosen, false), { minLength: 1, maxLength: 4 })
          .map((elements): Expression => ({ kind: 'anonymousSet', elements })),
      ),
    )
    .map(([operator, right]) => ({
      kind: 'match',
      left: expressionOf(chosen),
      ...(operator === undefined ? {} : { operator }),
      right,
    })),
);

const markBits = fc
  .tuple(fc.constantFrom('&' as const, '|' as const, '^' as const), mark)
  .map(([operator, right]): Expression => ({ kind: 'binary', operator, left: meta('mark'), right }));

const verdictMap: fc.Arbitrary<Statement> = keys.chain((chosen) =>
  fc.array(element(chosen, true), { minLength: 1, maxLength: 4 }).map((elements) => ({
    kind: 'verdictMap',
    key: expressionOf(chosen),
    map: { kind: 'anonymousSet', elements },
  })),
);

const balanced = fc.array(fc.tuple(address, port), { minLength: 1, maxLength: 5 }).map((targets): Statement => ({
  kind: 'dnat',
  family: 'ip',
  address: {
    kind: 'map',
    key: { kind: 'numgen', mode: 'random', modulus: targets.length },
    map: {
      kind: 'anonymousSet',
      elements: targets.map((parts, index) => ({ key: literal(String(index)), value: concatenation([...parts]) })),
    },
  },
}));

const statement: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 4, arbitrary: match },
  verdictMap,
  balanced,
  stateful,
  markBits.map((value): Statement => ({ kind: 'assign', target: meta('mark'), value })),
  fc.tuple(address, port).map(([to, toPort]): Statement => ({ kind: 'dnat', address: to, port: toPort })),
  fc.subarray(['random', 'fully-random', 'persistent'] as const, { minLength: 1 }).map((flags): Statement => ({
    kind: 'masquerade',
    flags,
  })),
  comment.map((text): Statement => ({ kind: 'log', prefix: text, flags: ['all'] })),
  fc.tuple(name, address, duration).map(([set, key, timeout]): Statement => ({
    kind: 'setUpdate',
    operation: 'update',
    set,
    element: { key, timeout },
  })),
  fc.constant<Statement>({ kind: 'reject', with: { protocol: 'tcp', code: 'reset' } }),
  fc.constant<Statement>({
    kind: 'match',
    left: { kind: 'fib', selectors: ['daddr', 'iif'], result: 'type' },
    right: literal('local'),
  }),
  fc.constant<Statement>({
    kind: 'match',
    left: { kind: 'ct', key: 'state' },
    right: { kind: 'list', items: [literal('new'), literal('established')] },
  }),
);

const rule: fc.Arbitrary<Rule> = fc
  .tuple(
    fc.array(statement, { maxLength: 3 }),
    fc.option(verdict, { nil: undefined }),
    fc.option(comment, { nil: undefined }),
  )
  .map(([statements, last, text]) => ({
    statements: [...statements, last ?? ({ kind: 'accept' } as const)],
    ...(text === undefined ? {} : { comment: text }),
  }));

const base = fc
  .record({
    type: fc.constantFrom('filter' as const, 'nat' as const),
    hook: fc.constantFrom('prerouting' as const, 'input' as const, 'forward' as const, 'output' as const),
    priority: fc.oneof(
      fc.integer({ min: -500, max: 500 }).map((offset) => ({ offset })),
      fc
        .tuple(fc.constantFrom('dstnat', 'filter', 'srcnat'), fc.integer({ min: -10, max: 10 }))
        .map(([standard, offset]) => ({ name: standard, offset })),
    ),
    policy: fc.constantFrom('accept' as const, 'drop' as const),
  })
  .map((made) => (Object.is(made.priority.offset, -0) ? { ...made, priority: { ...made.priority, offset: 0 } } : made));

const chain: fc.Arbitrary<Chain> = fc.record(
  { kind: fc.constant('chain' as const), name, comment, base, rules: fc.array(rule, { maxLength: 6 }) },
  { requiredKeys: ['kind', 'name', 'rules'] },
);

const parts = fc
  .tuple(
    fc.uniqueArray(namedSet, { selector: (set) => set.name, maxLength: 4 }),
    fc.uniqueArray(chain, { selector: (one) => one.name, maxLength: 4 }),
  )
  .map(([sets, chains]) => [...sets, ...chains]);

const table: fc.Arbitrary<Table> = fc.record(
  { family: fc.constantFrom('ip' as const, 'ip6' as const, 'inet' as const), name, comment, parts },
  { requiredKeys: ['family', 'name', 'parts'] },
);

/** Tables, each with a unique name. */
export const rulesets: fc.Arbitrary<Ruleset> = fc
  .uniqueArray(table, { selector: ({ family, name: text }) => `${family} ${text}`, maxLength: 3 })
  .map((tables) => ({ tables }));
