/** Prints statements and rules like nft's lists. */
import { formatDuration } from './duration.js';
import { elementText, expressionText, verdictText } from './print-expression.js';
import { statefulText, synproxyText } from './print-object.js';
import { quoted, word } from './print-text.js';
import type { MatchStatement, NatStatement, Rule, StatefulStatement, Statement, Verdict } from './types.js';

/** A rule's text without indentation and line break, including its comment. */
export function ruleText(rule: Rule): string {
  let text = '';
  for (const statement of rule.statements)
    text += text === '' ? statementText(statement) : ` ${statementText(statement)}`;
  if (rule.comment !== undefined) text += ` comment ${quoted(rule.comment)}`;
  return rule.handle === undefined ? text : `${text} # handle ${rule.handle}`;
}

/** One statement; throws if a word in it would not remain one word. */
export function statementText(statement: Statement): string {
  switch (statement.kind) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
      return verdictText(statement);
    case 'match':
      return matchText(statement);
    case 'verdictMap':
      return `${expressionText(statement.key)} vmap ${expressionText(statement.map)}`;
    case 'assign':
      return `${expressionText(statement.target)} set ${expressionText(statement.value)}`;
    case 'setUpdate':
      return `${statement.operation} @${word(statement.set)} { ${elementText(statement.element)} }`;
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
      return natText(statement);
    case 'counter':
    case 'quota':
    case 'limit':
    case 'connectionLimit':
    case 'last':
      return statefulText(statement);
    case 'synproxy':
      return synproxyText(statement);
    case 'raw':
      return rawText(statement.text);
    default:
      return otherText(statement);
  }
}

function matchText({ left, operator, right, mask }: MatchStatement): string {
  const text = `${expressionText(left)} ${operator === undefined ? '' : `${operator} `}${expressionText(right)}`;
  return mask === undefined ? text : `${text} / ${expressionText(mask)}`;
}

/** IPv6 addresses are in brackets before a port. */
function natText({ kind, family, prefix, address, port, flags }: NatStatement): string {
  let text: string = kind;
  if (address !== undefined || port !== undefined)
    text +=
      `${family === undefined ? '' : ` ${family}`}${prefix === true ? ' prefix' : ''} to ` + placeText(address, port);
  return flags === undefined || flags.length === 0 ? text : `${text} ${flags.join(',')}`;
}

type Address = NatStatement['address'];

/** `10.0.0.1:80`, `[fd00::1]:80`, `[fd00::1]-[fd00::9]:80`, `:80`. */
function placeText(address: Address, port: Address): string {
  if (port === undefined) return address === undefined ? '' : expressionText(address);
  return `${address === undefined ? '' : beforePort(address)}:${expressionText(port)}`;
}

function beforePort(address: NonNullable<Address>): string {
  const text = expressionText(address);
  if (address.kind === 'literal' && text.includes(':')) return `[${text}]`;
  if (address.kind === 'range' && text.includes(':'))
    return `[${expressionText(address.from)}]-[${expressionText(address.to)}]`;
  return text;
}

type LessUsual = Exclude<
  Statement,
  | Verdict
  | MatchStatement
  | NatStatement
  | StatefulStatement
  | { kind: 'verdictMap' | 'assign' | 'setUpdate' | 'synproxy' | 'raw' }
>;

function otherText(statement: LessUsual): string {
  switch (statement.kind) {
    case 'anonymousChain':
      return `${statement.verdict} {\n${statement.rules.map((rule) => `\t\t\t${ruleText(rule)}\n`).join('')}\t\t}`;
    case 'meter': {
      const { name, size, key, timeout, statement: kept } = statement;
      const limits = `${size === undefined ? '' : ` size ${size}`} { ${expressionText(key)}`;
      const lasting = timeout === undefined ? '' : ` timeout ${formatDuration(timeout)}`;
      return `meter ${word(name)}${limits}${lasting} ${statefulText(kept)} }`;
    }
    case 'reject':
      if (statement.with === undefined) return 'reject';
      return `reject with ${statement.with.protocol} ${word(statement.with.code)}`;
    case 'objectReference':
      return `${referenceText[statement.object]} ${expressionText(statement.name)}`;
    case 'log':
      return logText(statement);
    case 'queue': {
      const flags = statement.flags === undefined ? '' : ` flags ${statement.flags.map(word).join(',')}`;
      return `queue${flags}${statement.to === undefined ? '' : ` to ${expressionText(statement.to)}`}`;
    }
    case 'duplicate': {
      const device = statement.device === undefined ? '' : ` device ${expressionText(statement.device)}`;
      return statement.to === undefined ? 'dup' : `dup to ${expressionText(statement.to)}${device}`;
    }
    case 'forward':
      if (statement.address === undefined) return `fwd to ${expressionText(statement.device)}`;
      return (
        `fwd ${statement.family ?? 'ip'} to ${expressionText(statement.address)} device ` +
        expressionText(statement.device)
      );
    case 'tproxy': {
      const family = statement.family === undefined ? '' : ` ${statement.family}`;
      return `tproxy${family} to ${placeText(statement.address, statement.port)}`;
    }
    case 'notrack':
      return 'notrack';
    case 'flowAdd':
      return `flow add @${word(statement.flowtable)}`;
    case 'resetTcpOption':
      return `reset tcp option ${word(statement.option)}`;
    case 'extension':
      return `xt ${statement.type} ${quoted(statement.name)}`;
  }
}

/** The text before the name of an object. */
const referenceText = {
  counter: 'counter name',
  quota: 'quota name',
  limit: 'limit name',
  synproxy: 'synproxy name',
  'ct helper': 'ct helper set',
  'ct timeout': 'ct timeout set',
  'ct expectation': 'ct expectation set',
  secmark: 'meta secmark set',
} as const;

function logText(log: Extract<Statement, { kind: 'log' }>): string {
  let text = 'log';
  if (log.prefix !== undefined) text += ` prefix ${quoted(log.prefix)}`;
  if (log.group !== undefined) text += ` group ${log.group}`;
  if (log.snapLength !== undefined) text += ` snaplen ${log.snapLength}`;
  if (log.queueThreshold !== undefined) text += ` queue-threshold ${log.queueThreshold}`;
  if (log.level !== undefined) text += ` level ${word(log.level)}`;
  for (const flag of log.flags ?? []) text += ` flags ${flag.split(' ').map(word).join(' ')}`;
  return text;
}

/** The unchanged text; characters that could end the line or control a terminal are replaced. */
function rawText(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\0-\x08\n-\x1f\x7f]/g, '\ufffd');
}
