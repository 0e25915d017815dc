/** Scenarios with packets that are followed through a kernel, and their nodes. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Family } from '../../src/net/address.js';
import type { HostFacts } from '../../src/proxy/host.js';
import { sharedPath } from '../support/shared.js';
import { hostFactsIn } from '../trace/support/tracers.js';
import { TracedNode } from './traced-node.js';

export interface Case {
  readonly name: string;
  readonly directory: string;
  readonly facts: HostFacts;
}

function casesOf(root: string, names: readonly string[]): Case[] {
  return names.map((name) => ({ name, directory: join(root, name), facts: hostFactsIn(join(root, name)) }));
}

/** The scenarios of golden/; those with a thousand endpoints repeat what smaller ones show. */
export function goldenCases(): Case[] {
  const names = readdirSync('golden', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large'))
    .map(({ name }) => name);
  return casesOf('golden', names);
}

/** Every `every`th recorded random scenario. They share a node, so each further one is cheap. */
export function recordedCases(every: number): Case[] {
  const root = sharedPath('conformance', 'kube-proxy-1.30', 'random');
  return casesOf(
    root,
    readdirSync(root).filter((_, index) => index % every === 1),
  );
}

/** The nodes of cases: one for all with the same interfaces. `prefix` belongs to a test file. */
export class TracedNodes {
  private readonly nodes = new Map<string, TracedNode>();

  constructor(private readonly prefix: string) {}

  nodeOf({ facts }: Case): TracedNode {
    const key = JSON.stringify(facts.interfaces);
    const node = this.nodes.get(key) ?? new TracedNode(`${this.prefix}${process.pid}x${this.nodes.size}`, facts);
    this.nodes.set(key, node);
    return node;
  }

  remove(): void {
    for (const node of this.nodes.values()) node.remove();
    this.nodes.clear();
  }
}

/** What was sent for some cases, and the differences from the prediction. */
export interface Result {
  readonly count: number;
  readonly wrong: readonly string[];
}

/**
 * Runs the cases in both families; also returns how many cases sent packets. Reports its progress from time to time.
 */
export async function runCases<One extends Case>(
  nodes: TracedNodes,
  cases: readonly One[],
  run: (node: TracedNode, one: One, family: Family) => Promise<Result>,
): Promise<Result & { readonly ran: number }> {
  let [ran, count] = [0, 0];
  const wrong: string[] = [];
  for (const [index, one] of cases.entries()) {
    if (index % 10 === 9) process.stderr.write(`${one.directory}: ${count} packets so far\n`);
    const before = count;
    for (const family of ['ipv4', 'ipv6'] as const) {
      const result = await run(nodes.nodeOf(one), one, family);
      count += result.count;
      wrong.push(...result.wrong);
    }
    if (count > before) ran++;
  }
  process.stderr.write(`${count} packets over ${ran} cases\n`);
  return { ran, count, wrong };
}
