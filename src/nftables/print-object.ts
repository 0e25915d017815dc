/** Prints counters, quotas, limits and other named objects like nft's lists. */
import { formatDuration } from './duration.js';
import { quoted, word } from './print-text.js';
import type {
  CounterStatement,
  LimitStatement,
  ObjectValue,
  QuotaStatement,
  StatefulStatement,
  SynproxyStatement,
} from './types.js';

/** A statement with a state of its own. */
export function statefulText(statement: StatefulStatement): string {
  switch (statement.kind) {
    case 'counter':
      return counterText(statement);
    case 'quota':
      return `quota ${quotaText(statement)}`;
    case 'limit':
      return `limit ${limitText(statement)}`;
    case 'connectionLimit':
      return `ct count ${statement.over === true ? 'over ' : ''}${statement.count}`;
    case 'last':
      return `last used ${statement.used === undefined ? 'never' : formatDuration(statement.used)}`;
  }
}

function counterText({ packets, bytes }: CounterStatement): string {
  return packets === undefined ? 'counter' : `counter packets ${packets} bytes ${bytes ?? 0}`;
}

/** Without the word `quota`: `over 10 mbytes used 1 bytes`. */
function quotaText({ over, amount, unit, used }: QuotaStatement): string {
  const spent = used === undefined ? '' : ` used ${used.amount} ${used.unit}`;
  return `${over === true ? 'over ' : ''}${amount} ${unit}${spent}`;
}

/** Without the word `limit`: `rate over 10/second burst 20 packets`. */
function limitText({ over, rate, unit, per, burst }: LimitStatement): string {
  const amount = unit === undefined ? rate : `${rate} ${unit}`;
  const more = burst === undefined ? '' : ` burst ${burst.amount} ${burst.unit}`;
  return `rate ${over === true ? 'over ' : ''}${amount}/${per}${more}`;
}

/** With its options on one line, as in a rule. */
export function synproxyText(synproxy: SynproxyStatement): string {
  return ['synproxy', ...sizeOptions(synproxy), ...flagOptions(synproxy)].join(' ');
}

function sizeOptions({ maximumSegmentSize, windowScale }: SynproxyStatement): string[] {
  const segment = maximumSegmentSize === undefined ? [] : [`mss ${maximumSegmentSize}`];
  return windowScale === undefined ? segment : [...segment, `wscale ${windowScale}`];
}

function flagOptions({ timestamp, selectiveAcknowledgement }: SynproxyStatement): string[] {
  return [...(timestamp === true ? ['timestamp'] : []), ...(selectiveAcknowledgement === true ? ['sack-perm'] : [])];
}

/** As an object: one option per line. nft prints a blank between the flags even if one is missing. */
function synproxyLines(synproxy: SynproxyStatement): string[] {
  const { timestamp, selectiveAcknowledgement } = synproxy;
  const flags = `${timestamp === true ? 'timestamp' : ''} ${selectiveAcknowledgement === true ? 'sack-perm' : ''}`;
  return flags.trim() === '' ? sizeOptions(synproxy) : [...sizeOptions(synproxy), flags];
}

/** The lines within an object's braces. */
export function objectLines(value: ObjectValue): string[] {
  switch (value.kind) {
    case 'counter':
      return value.packets === undefined ? [] : [`packets ${value.packets} bytes ${value.bytes ?? 0}`];
    case 'quota':
      return [quotaText(value)];
    case 'limit':
      return [limitText(value)];
    case 'synproxy':
      return synproxyLines(value);
    case 'secmark':
      return [quoted(value.context)];
    case 'ct helper':
      return [`type ${quoted(value.type)} protocol ${word(value.protocol)}`, `l3proto ${word(value.networkProtocol)}`];
    case 'ct timeout':
      return [
        `protocol ${word(value.protocol)}`,
        `l3proto ${word(value.networkProtocol)}`,
        `policy = { ${value.policy.map(([state, duration]) => `${word(state)} : ${word(duration)}`).join(', ')} }`,
      ];
    case 'ct expectation':
      return [
        `protocol ${word(value.protocol)}`,
        `dport ${word(value.port)}`,
        `timeout ${formatDuration(value.timeout)}`,
        `size ${value.size}`,
        `l3proto ${word(value.networkProtocol)}`,
      ];
  }
}
