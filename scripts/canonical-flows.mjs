#!/usr/bin/env node
/**
 * `canonical-flows.mjs FLOWS`: prints recorded flows without those with addresses that are not in the kernel's
 * notation. The recorder searched conntrack for addresses as text, so it did not find accepted packets to 2001:DB8::A,
 * which the kernel handles like any other.
 */
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';

const notation = (address) => (isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address);
const isCanonical = ({ src, dst }) => [src, dst].every((address) => address === null || notation(address) === address);
const cases = JSON.parse(readFileSync(process.argv[2], 'utf8'));
process.stdout.write(JSON.stringify(cases.map((one) => ({ ...one, flows: one.flows.filter(isCanonical) }))));
