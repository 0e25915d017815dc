/**
 * Reads endpoints of EndpointSlices with regular expressions instead of parsing JSON: they make up nearly all text in
 * the objects of a large cluster, and nearly all have the same form. Regular expressions run as native code from the
 * first endpoint on, and nothing is stored.
 */
import type { EndpointVisitor } from './types.js';

const space = '[ \\t\\r\\n]*';
const colon = `${space}:${space}`;
const comma = `,${space}`;
/** Strings without escapes. JSON forbids control characters in them. */
const plainString = '"[^"\\\\\\x00-\\x1f]*"';
const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const subdomain = '(?=[^"]{1,253}")[a-z0-9]+(?:(?:-+|\\.)[a-z0-9]+)*';
const labelValue = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';

const field = (name: string, value: string): string => `"${name}"${colon}${value}${space}`;
const object = (content: string): string => `\\{${space}${content}\\}`;
/** A condition; captured only if it differs from its usual value. */
const condition = (name: string, usual: boolean): string => field(name, `(?:${String(usual)}|(${String(!usual)}))`);

const conditions = object(
  `${condition('ready', true)}(?:${comma}${condition('serving', true)})?` +
    `(?:${comma}${condition('terminating', false)})?`,
);
const referenceField = field('(?:apiVersion|fieldPath|kind|name|namespace|resourceVersion|uid)', plainString);
const reference = object(`${referenceField}(?:${comma}${referenceField}){0,6}`);
const zone = `${comma}${field('zone', plainString)}`;
const hostname = `${comma}${field('hostname', `"${label}"`)}`;
const target = `${comma}${field('targetRef', reference)}`;
const nodeName = `${comma}${field('nodeName', `"(${subdomain})"`)}`;
const oneZone = object(field('name', `"(${labelValue})"`));
const hints = `${comma}${field('hints', object(field('forZones', `\\[${space}${oneZone}${space}\\]`)))}`;
/** In the order of kubectl (which sorts fields), of the API server, or of people; each at most once. */
const place =
  `(?:${nodeName}(?:${target}(?:${zone})?|${zone}(?:${target})?)?` +
  `|${target}(?:${nodeName}(?:${zone})?|${zone})?|${zone}(?:${target})?)`;
const fields = `(?:(?:${hostname})?${place}|${hostname})`;

/**
 * One endpoint. Captured: the address, conditions with unusual values, and in each of two branches (hints before all
 * other fields or after them) the zone hint and the node's name, which may be in two places.
 *
 * No text matches in two ways. Otherwise, if a thousand endpoints match and the next one does not, backtracking would
 * try all combinations.
 */
const endpoint = (address: string): string =>
  object(
    `${field('addresses', `\\[${space}"(${address})"${space}\\]`)}(?:${comma}${field('conditions', conditions)})?` +
      `(?:${hints}(?:${fields})?|${fields}(?:${hints})?)?`,
  ) + space;

const withoutCaptures = (pattern: string): string => pattern.replace(/(?<!\\)\((?!\?)/g, '(?:');
/** A whole list, with at most as many endpoints as the API server accepts in a slice. */
const list = (address: string): RegExp => {
  const item = withoutCaptures(endpoint(address));
  return new RegExp(`\\[${space}${item}(?:${comma}${item}){0,999}\\]`, 'y');
};

/** In canonical form, and neither unspecified, loopback, link-local nor link-local multicast. */
const unicastIpv4 = `(?!0\\.|127\\.|169\\.|224\\.)(?:${octet}\\.){3}${octet}`;
/** Only the characters are checked. */
const ipv6 = '[0-9a-f]{0,4}:[0-9a-f:]{1,34}';
const patterns = {
  ipv4: { list: list(unicastIpv4), item: new RegExp(`[[,]${space}${endpoint(unicastIpv4)}`, 'y') },
  ipv6: { list: list(ipv6), item: new RegExp(`[[,]${space}${endpoint(ipv6)}`, 'y') },
} as const;

/** A list of endpoints in a text, from its opening bracket to just after the closing one. */
export interface EndpointSpan {
  readonly family: 'ipv4' | 'ipv6';
  readonly start: number;
  readonly end: number;
}

/**
 * The list that begins at `start`. Undefined if an endpoint in it differs from the API server's usual form: a single
 * address, no null, only fields of discovery.k8s.io/v1, valid names, and for IPv4 a canonical unicast address.
 */
export function findEndpoints(text: string, start: number): EndpointSpan | undefined {
  for (const family of ['ipv4', 'ipv6'] as const) {
    const pattern = patterns[family].list;
    pattern.lastIndex = start;
    if (pattern.test(text)) return { family, start, end: pattern.lastIndex };
  }
  return undefined;
}

/** Reads a list found by {@link findEndpoints}, one endpoint at a time. */
export function visitEndpoints(text: string, { family, start }: EndpointSpan, visit: EndpointVisitor): void {
  const { item } = patterns[family];
  item.lastIndex = start;
  for (let match = item.exec(text); match !== null; match = item.exec(text)) {
    visit(
      match[1] ?? '',
      match[2] === undefined,
      match[3] === undefined,
      match[4] !== undefined,
      match[6] ?? match[7] ?? match[8] ?? match[9] ?? '',
      match[5] ?? match[10],
    );
  }
}
