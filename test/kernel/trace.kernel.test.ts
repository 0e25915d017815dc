/** Every packet's way through a kernel, rule by rule, is among the ways that tracing foresees. */
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Family } from '../../src/net/address.js';
import type { HostFacts } from '../../src/proxy/host.js';
import { hostModel, type HostModel } from '../../src/walk/host.js';
import { destinationOf, stepsOf } from '../../src/trace/groups.js';
import type { Packet } from '../../src/walk/packet.js';
import type { WalkEnd } from '../../src/walk/types.js';
import { Tracer } from '../../src/trace/trace.js';
import { parseDump } from '../../src/iptables/parse.js';
import { hasSharedData, sharedPath } from '../support/shared.js';
import { probesOf, type Probe } from '../trace/support/probes.js';
import { hostFactsIn, packet, stateIn } from '../trace/support/tracers.js';
import { describeUnless, missingForKernelTests } from './network.js';
import { TracedNode } from './traced-node.js';
import type { MonitorProgram } from './walk-monitor.js';

interface Case {
  readonly name: string;
  readonly directory: string;
  readonly facts: HostFacts;
}

function casesOf(root: string, names: readonly string[]): Case[] {
  return names.map((name) => ({ name, directory: join(root, name), facts: hostFactsIn(join(root, name)) }));
}

/**
 * Scenarios with a thousand endpoints repeat what smaller ones show; of the random ones, those that share a node are
 * cheap.
 */
function allCases(): Case[] {
  const golden = readdirSync('golden', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large'))
    .map(({ name }) => name);
  const random = hasSharedData
    ? readdirSync(sharedPath('conformance', 'kube-proxy-1.30', 'random')).filter((_, index) => index % 29 === 1)
    : [];
  return [...casesOf('golden', golden), ...casesOf(sharedPath('conformance', 'kube-proxy-1.30', 'random'), random)];
}

/** Scenarios that are read with xtables-monitor, which is slow. */
const withXtablesMonitor: readonly string[] = ['nodeport', 'affinity', 'etp-local-with-local', 'no-endpoints'];

/**
 * At most so many packets for a case: evenly taken from all, each at least twice where they are few. Without the
 * recorded cases, the bundled ones get more.
 */
const mostPerCase = hasSharedData ? 72 : 96;

function spread(probes: readonly Probe[]): Probe[] {
  const repeated =
    probes.length * 3 <= mostPerCase
      ? [...probes, ...probes, ...probes]
      : probes.length * 2 <= mostPerCase
        ? [...probes, ...probes]
        : probes;
  const stride = Math.max(1, repeated.length / mostPerCase);
  return Array.from(
    { length: Math.min(mostPerCase, repeated.length) },
    (_, index) => repeated[Math.floor(index * stride)],
  ).filter((one): one is Probe => one !== undefined);
}

/** `nat KUBE-SERVICES 3` for each rule, `nat OUTPUT policy` where a built-in chain ends. */
function wayOf(end: WalkEnd): string {
  return stepsOf(end)
    .flatMap((step) => {
      if (step.kind !== 'policy' && step.kind !== 'rule') return [];
      return [`${step.table} ${step.chain.name} ${step.kind === 'policy' ? 'policy' : step.index + 1}`];
    })
    .join('\n');
}

/** Why the kernel's walk is none of those foreseen; undefined where it is one. */
function difference(ends: readonly WalkEnd[], steps: readonly string[], destination: string): string | undefined {
  const way = steps.join('\n');
  const fitting = ends.filter((end) => wayOf(end) === way);
  if (fitting.length === 0)
    return `the kernel went\n${way}\nand tracing foresaw\n${ends.slice(0, 2).map(wayOf).join('\nor\n')}`;
  const said = fitting.map(destinationOf);
  return said.includes(destination)
    ? undefined
    : `the kernel's destination was ${destination}, tracing said ${said.join(', ')}`;
}

interface Result {
  readonly count: number;
  readonly wrong: readonly string[];
}

async function runCase(
  node: TracedNode,
  { name, directory, facts }: Case,
  family: Family,
  program: MonitorProgram,
): Promise<Result> {
  const file = [`expected/iptables.${family}.save`, `iptables.${family}.save`]
    .map((path) => join(directory, path))
    .find((path) => existsSync(path));
  if (file === undefined) return { count: 0, wrong: [] };
  // A random source port would hide which packet it was once it comes in again by lo.
  const save = readFileSync(file, 'utf8').replaceAll(' --random-fully', '');
  const numbers = await node.load(save, family, program);
  const host = hostModel(facts);
  const ruleSet = parseDump({ name: file, text: save }, { family }).dumps[0]?.ruleSet;
  if (ruleSet === undefined) throw new Error(`${file}: no dump`);
  const tracer = new Tracer({ ruleSet, host });
  const probes = spread(probesOf(await stateIn(directory, family), family));
  const setting = { node, family, host, numbers, walk: (asked: Packet) => tracer.walk(asked) };
  const wrong: string[] = [];
  for (const batch of inBatches(probes, readings[program][0].batch))
    wrong.push(...(await sendAndCompare(setting, readings[program], batch)));
  return { count: probes.length, wrong: wrong.map((text) => `${name} ${family} ${text}`) };
}

/** So many packets, then a pause until all has been told of them: the kernel drops what it cannot tell in time. */
interface Reading {
  readonly program: MonitorProgram;
  readonly batch: number;
}

/**
 * The first that keeps up is believed: a busy machine slows the programs down, and xtables-monitor ends where it is too
 * slow.
 */
const readings: Record<MonitorProgram, readonly [Reading, ...Reading[]]> = {
  'xtables-monitor': [
    { program: 'xtables-monitor', batch: 1 },
    { program: 'nft', batch: 1 },
  ],
  nft: [
    { program: 'nft', batch: 24 },
    { program: 'nft', batch: 4 },
    { program: 'nft', batch: 1 },
  ],
};

function inBatches(probes: readonly Probe[], size: number): (readonly Probe[])[] {
  return Array.from({ length: Math.ceil(probes.length / size) }, (_, index) =>
    probes.slice(index * size, (index + 1) * size),
  );
}

interface Setting {
  readonly node: TracedNode;
  readonly family: Family;
  readonly host: HostModel;
  readonly numbers: ReadonlyMap<string, string>;
  readonly walk: (asked: Packet) => readonly WalkEnd[];
}

interface Sent {
  readonly probe: Probe;
  readonly sourcePort: number;
}

async function sendAndCompare(setting: Setting, ways: readonly Reading[], probes: readonly Probe[]): Promise<string[]> {
  for (const { program, batch } of ways) {
    const sent: Sent[] = [];
    for (const part of inBatches(probes, batch)) sent.push(...((await sendUntilTold(setting, program, part)) ?? []));
    if (sent.length === probes.length) return sent.flatMap((one) => compare(setting, one));
    process.stderr.write(`${program} was too slow for ${batch} at once\n`);
  }
  return ["the kernel's account broke off"];
}

/** The packets, once the program has told all of them; undefined where it never does. */
async function sendUntilTold(
  { node, family }: Setting,
  program: MonitorProgram,
  probes: readonly Probe[],
): Promise<Sent[] | undefined> {
  for (let attempt = 0; attempt < 5; attempt++) {
    await node.listensWith(family, program);
    const sent: Sent[] = probes.map((probe) => ({ probe, sourcePort: node.port() }));
    for (const inInterface of new Set(probes.map((probe) => probe.inInterface))) {
      await node.send(
        inInterface,
        sent
          .filter(({ probe }) => probe.inInterface === inInterface)
          .map(({ probe, sourcePort }) => ({
            protocol: probe.protocol,
            source: probe.source,
            sourcePort,
            destination: probe.to,
            destinationPort: probe.port,
          })),
      );
    }
    // A packet that is sent only to see whether it is told of would be too much for xtables-monitor.
    const isTold = program === 'nft' ? node.settles(family, 2000) : node.isTold(sent[0]?.sourcePort ?? 0);
    if (await isTold) return sent;
    node.stopListening();
  }
  return undefined;
}

function compare({ node, host, numbers, walk }: Setting, { probe, sourcePort }: Sent): string[] {
  const { source, inInterface, protocol, to, port } = probe;
  const told = node.walk(sourcePort);
  const asked = packet(
    {
      protocol,
      to,
      port,
      from: source,
      fromPort: sourcePort,
      inInterface: inInterface === '' ? undefined : inInterface,
    },
    host,
  );
  const found =
    told === undefined
      ? 'not seen'
      : difference(
          walk(asked),
          told.steps.map((step) => numbers.get(step) ?? step),
          told.destination,
        );
  return found === undefined
    ? []
    : [`${source ?? 'local'}:${sourcePort} ${inInterface} -> ${protocol} ${to}:${port}: ${found}`];
}

describeUnless(
  missingForKernelTests('iptables-nft-restore', 'ip6tables-nft-restore', 'xtables-monitor', 'nft', 'stdbuf', 'sysctl'),
  'tracing against the kernel',
  () => {
    it('foresees every walk, rule by rule', async () => {
      const wrong: string[] = [];
      const nodes = new Map<string, TracedNode>();
      let cases = 0;
      let count = 0;
      try {
        for (const one of allCases()) {
          const key = JSON.stringify(one.facts.interfaces);
          const node = nodes.get(key) ?? new TracedNode(`kct${process.pid}x${nodes.size}`, one.facts);
          nodes.set(key, node);
          cases++;
          if (cases % 10 === 0) process.stderr.write(`tracing against the kernel: ${count} packets so far\n`);
          for (const family of ['ipv4', 'ipv6'] as const) {
            const result = await runCase(
              node,
              one,
              family,
              family === 'ipv4' && withXtablesMonitor.includes(one.name) ? 'xtables-monitor' : 'nft',
            );
            count += result.count;
            wrong.push(...result.wrong);
          }
        }
      } finally {
        for (const node of nodes.values()) node.remove();
      }
      expect(wrong).toEqual([]);
      expect(cases).toBeGreaterThanOrEqual(hasSharedData ? 50 : 40);
      expect(count).toBeGreaterThanOrEqual(2000);
      process.stderr.write(`${count} packets over ${cases} cases\n`);
    }, 600_000);
  },
);
