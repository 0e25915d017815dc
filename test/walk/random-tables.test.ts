/** Regions of random tables of nftables equal the walk of single packets. */
import { parseRuleset } from '../../src/nftables/parse.js';
import { emptyContent } from '../../src/node/content.js';
import { Tracer } from '../../src/trace/trace.js';
import { isLoopbackAddress } from '../../src/walk/address.js';
import { hostModel } from '../../src/walk/host.js';
import { node as facts } from '../trace/support/tracers.js';
import { randomTables } from './support/random-tables.js';
import { allRegions, faultOf, packetsFor, random, type RegionNode } from './support/regions.js';

function nodeOf(seed: number): RegionNode {
  const texts = randomTables(seed);
  const { tables } = parseRuleset({ name: 'tables', text: texts });
  const host = hostModel(facts);
  const tracer = new Tracer({ ...emptyContent('ipv4'), nftables: tables, host });
  return { tracer, host, family: 'ipv4', interfaces: tracer.interfaces(), texts };
}

it.each([1, 2, 3, 4, 5, 6, 7, 8, 19])('seed %i', (seed) => {
  const node = nodeOf(seed);
  const regions = allRegions(node);
  const packet = packetsFor(node, random(seed));
  const faults: string[] = [];
  for (let number = 0; number < 200 && faults.length < 2; number++) {
    const made = packet();
    // Sets leave out NAT for sources that routing drops, so later rules may decide first.
    const isDropped = node.host.isLocal(made.source) === true || isLoopbackAddress(made.source);
    const fault = isDropped ? '' : faultOf(node, regions, made);
    if (fault !== '') faults.push(fault);
  }
  expect(faults).toEqual([]);
});
