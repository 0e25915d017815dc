/** Parses chains: their hook, policy and rules. */
import { parseDevices, parsePriority } from './parse-object.js';
import { parseRule, takeHandle, type RawListener } from './parse-rule.js';
import type { StatementReader } from './parse-statement.js';
import { notUnderstood } from './tokens.js';
import type { BaseChain, Chain, Rule } from './types.js';

/** The chain, beginning at its brace. Rules never fail to parse; throws if the hook is not understood. */
export function parseChain(reader: StatementReader, name: string, onRaw: RawListener): Chain {
  const { tokens } = reader;
  tokens.expect('{');
  const chain: { -readonly [Key in keyof Chain]: Chain[Key] } = { kind: 'chain', name, rules: [] };
  const handle = takeHandle(reader);
  if (handle !== undefined) chain.handle = handle;
  const rules: Rule[] = [];
  while (tokens.moreInBlock()) {
    // If the text ends here it was cut off; the rules so far are kept.
    if (tokens.at('end')) return { ...chain, rules };
    if (isComment(reader)) chain.comment = parseComment(reader);
    else if (tokens.is('type')) chain.base = parseBase(reader);
    else if (tokens.is('policy') && chain.base !== undefined)
      chain.base = { ...chain.base, policy: parsePolicy(reader) };
    else if (tokens.is('flags') && chain.base !== undefined)
      chain.base = { ...chain.base, offload: parseFlags(reader) };
    else rules.push(parseRule(reader, onRaw));
  }
  tokens.next();
  return { ...chain, rules };
}

function isComment({ tokens }: StatementReader): boolean {
  return tokens.is('comment') && tokens.peekWord() === '';
}

function parseComment({ tokens }: StatementReader): string {
  tokens.next();
  return tokens.takeString();
}

const types = ['filter', 'nat', 'route'] as const;
const hooks = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'] as const;

/** `type filter hook ingress device "eth0" priority filter;`. */
function parseBase(reader: StatementReader): BaseChain {
  const { tokens } = reader;
  tokens.next();
  const type = oneOf(types, tokens.takeWord());
  tokens.expect('hook');
  const hook = oneOf(hooks, tokens.takeWord());
  const devices = parseListedDevices(reader);
  tokens.expect('priority');
  const priority = parsePriority(tokens);
  return devices === undefined ? { type, hook, priority } : { type, hook, devices, priority };
}

function oneOf<Name extends string>(names: readonly Name[], word: string): Name {
  const found = names.find((name) => name === word);
  if (found === undefined) throw notUnderstood;
  return found;
}

function parseListedDevices(reader: StatementReader): BaseChain['devices'] {
  const { tokens } = reader;
  if (tokens.accept('devices')) return parseDevices(reader);
  if (!tokens.accept('device')) return undefined;
  if (tokens.at('string')) return [{ kind: 'string', text: tokens.takeString() }];
  return [{ kind: 'literal', text: tokens.takeWord() }];
}

function parsePolicy({ tokens }: StatementReader): 'accept' | 'drop' {
  tokens.next();
  return oneOf(['accept', 'drop'] as const, tokens.takeWord());
}

function parseFlags({ tokens }: StatementReader): boolean {
  tokens.next();
  tokens.expect('offload');
  return true;
}
