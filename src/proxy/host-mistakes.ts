import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import type { Json } from '../manifests/types.js';
import { isObject } from '../manifests/values.js';
import { familyOf, parsePrefix } from '../net/address.js';
import { partOf, type HostPart } from './host-parts.js';

const outputs = 'ip -json address, link, route, rule or neighbour';

type Check = (value: Json) => boolean;

const isAddress: Check = (value) => typeof value === 'string' && familyOf(value) !== undefined;
const isInterfaceAddress: Check = (value) =>
  isAddress(value) || (typeof value === 'string' && parsePrefix(value) !== undefined);
const isList =
  (isItem: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isItem);
const isBoolean: Check = (value) => typeof value === 'boolean';
const isInterface: Check = (value) =>
  isObject(value) &&
  typeof value.name === 'string' &&
  isList(isInterfaceAddress)(value.addresses ?? null) &&
  isBoolean(value.bridge ?? false) &&
  typeof (value.master ?? '') === 'string';
const isOutput =
  (part: HostPart): Check =>
  (value) =>
    Array.isArray(value) && (value.length === 0 || partOf(value as readonly Json[]) === part);

/** The required form of each host fact, as in `schemas/hostfacts.schema.json`. */
const facts = new Map<string, readonly [isFine: Check, wanted: string]>([
  ['nodeIPs', [isList(isAddress), 'a list of addresses, such as ["192.168.0.11"]']],
  ['interfaces', [isList(isInterface), 'a list such as [{"name": "eth0", "addresses": ["192.168.0.11/24"]}]']],
  ['masqueradeRandomFully', [isBoolean, 'true or false']],
  ['nfacct', [isBoolean, 'true or false']],
  ['conntrackTCPBeLiberal', [isBoolean, 'true or false']],
  ['links', [isOutput('links'), 'what ip -json address or ip -json -details link prints']],
  ['routes', [isOutput('routes'), 'what ip -json route prints']],
  ['rules', [isOutput('rules'), 'what ip -json rule prints']],
  ['neighbours', [isOutput('neighbours'), 'what ip -json neighbour prints']],
  ['largeClusterEndpointsThreshold', [(value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a whole number']],
]);

/** The first mistake in host facts or in output of `ip -json`, as a clause; undefined if there is none. */
export function mistakeInHostFacts(value: Json): string | undefined {
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    if (!items.every(isObject)) return `an array must be the output of ${outputs}, which contains only objects`;
    return partOf(items) === undefined ? `an array must be the output of ${outputs}, and this is not` : undefined;
  }
  if (!isObject(value))
    return (
      'is neither host facts ({"nodeIPs": […], "interfaces": [{"name", "addresses"}]}) ' +
      `nor the output of ${outputs}`
    );
  for (const [name, own] of Object.entries(value)) {
    const fact = facts.get(name);
    if (fact === undefined) return unknownFact(name);
    const [isFine, wanted] = fact;
    if (own !== undefined && !isFine(own)) return `${name} must be ${wanted}`;
  }
  return undefined;
}

function unknownFact(name: string): string {
  const near = nearest(name, facts.keys());
  return (
    `${quote(name)} is not a host fact; ` +
    (near === undefined ? `there are ${[...facts.keys()].join(', ')}` : `did you mean ${near}?`)
  );
}
