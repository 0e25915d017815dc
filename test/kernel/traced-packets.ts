/** Sends packets through kernels with recorded rules, and checks whether their paths are among the predicted ones. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDump } from '../../src/iptables/dump/parse.js';
import type { RuleSet } from '../../src/iptables/types.js';
import { parseRuleset } from '../../src/nftables/parse.js';
import type { Table } from '../../src/nftables/types.js';
import { emptyContent } from '../../src/node/content.js';
import type { Family } from '../../src/net/address.js';
import { stepsOf } from '../../src/trace/groups.js';
import { hostAndPort } from '../../src/walk/address.js';
import { hostModel, type HostModel } from '../../src/walk/host.js';
import type { Packet } from '../../src/walk/packet.js';
import { whereTo } from '../../src/walk/state.js';
import type { WalkEnd } from '../../src/walk/types.js';
import type { Probe } from '../trace/support/probes.js';
import { packet } from '../trace/support/tracers.js';
import type { Case } from './traced-cases.js';
import type { TracedNode } from './traced-node.js';
import type { MonitorProgram } from './walk-monitor.js';

/** The recorded rules of a case and family, as loaded. */
export interface LoadedCase {
  readonly ruleSet: RuleSet;
  readonly nftables?: readonly Table[];
  readonly host: HostModel;
  /** Numbers of rules in their chains, by handle. */
  readonly numbers: ReadonlyMap<string, string>;
}

/** Loads a case's recorded rules into the node; undefined if there are none of that family. */
export async function loadCase(
  node: TracedNode,
  { directory, facts }: Case,
  family: Family,
  program: MonitorProgram,
): Promise<LoadedCase | undefined> {
  const file = [`expected/iptables.${family}.save`, `iptables.${family}.save`]
    .map((path) => join(directory, path))
    .find((path) => existsSync(path));
  if (file === undefined) return undefined;
  // A random source port would hide which packet it was when it arrives again by lo.
  const save = readFileSync(file, 'utf8').replaceAll(' --random-fully', '');
  const numbers = await node.load(save, family, program);
  const ruleSet = parseDump({ name: file, text: save }, { family }).dumps[0]?.ruleSet;
  if (ruleSet === undefined) throw new Error(`${file}: no dump`);
  return { ruleSet, host: hostModel(facts), numbers };
}

/** Loads a script of nftables mode and returns its result, read from `list`. */
export async function loadScript(
  node: TracedNode,
  { facts }: Case,
  family: Family,
  { script, list }: { readonly script: string; readonly list: string },
): Promise<LoadedCase> {
  const numbers = await node.loadScript(script.replaceAll(' fully-random', ''), family);
  const { tables } = parseRuleset({ name: 'list', text: list });
  return { ...emptyContent(family), nftables: tables, host: hostModel(facts), numbers };
}

/** A step of a predicted path in the kernel's words; one that may not happen is optional. */
interface Foreseen {
  readonly text: string;
  readonly isOptional: boolean;
}

/**
 * `nat KUBE-SERVICES 3` for each rule, `nat OUTPUT policy` at the end of a built-in chain; tables of nftables are
 * written without family.
 */
function wayOf(end: WalkEnd): Foreseen[] {
  return stepsOf(end).flatMap((step) => {
    if (step.kind !== 'policy' && step.kind !== 'rule') return [];
    const place = step.kind === 'policy' ? 'policy' : step.index + 1;
    return {
      text: `${step.table.replace(/^(?:ip6?|inet) /, '')} ${step.chain.name} ${place}`,
      isOptional: step.kind === 'rule' && step.mayNotMatch === true,
    };
  });
}

/** What the kernel did after the predicted path; undefined if it went another way. */
function after(way: readonly Foreseen[], steps: readonly string[]): readonly string[] | undefined {
  let at = 0;
  for (const { text, isOptional } of way) {
    if (steps[at] === text) at++;
    else if (!isOptional) return undefined;
  }
  return steps.slice(at);
}

/**
 * Whether the kernel went the predicted path. Neighbours forward packets that are for none of their addresses: the
 * kernel reports the outgoing packet, and then its return. On a busy machine a dropped SYN is sent again, and again,
 * before its socket is closed.
 */
function isWalkOf(end: WalkEnd, steps: readonly string[], ends: readonly WalkEnd[]): boolean {
  const rest = after(wayOf(end), steps);
  if (rest === undefined || rest.length === 0) return rest !== undefined;
  if (end.verdict === 'ACCEPT' && end.state.hook === 'POSTROUTING') return true;
  return rest.length < steps.length && ends.some((other) => isWalkOf(other, rest, ends));
}

function endsWithNat(end: WalkEnd): boolean {
  const last = stepsOf(end).findLast(({ kind }) => kind === 'rule' || kind === 'policy');
  return last?.kind === 'rule' && last.result !== undefined;
}

/** Why the kernel's path is not among the predicted ones; undefined if it is. */
function difference(
  ends: readonly WalkEnd[],
  steps: readonly string[],
  destination: string,
  sentTo: string,
): string | undefined {
  const fitting = ends.filter((end) => isWalkOf(end, steps, ends));
  if (fitting.length === 0) {
    const foreseen = ends.slice(0, 2).map((end) =>
      wayOf(end)
        .map(({ text }) => text)
        .join('\n'),
    );
    return `the kernel went\n${steps.join('\n')}\nand tracing foresaw\n${foreseen.join('\nor\n')}`;
  }
  // Packets of a set that no rule rewrote have their own destinations.
  const said = fitting.map(({ state }) => (state.destinationPort === undefined ? '' : whereTo(state)) || sentTo);
  // Where no rule follows on NAT, the kernel does not report the packet again.
  if (fitting.some(endsWithNat)) said.push(sentTo);
  return said.includes(destination)
    ? undefined
    : `the kernel's destination was ${destination}, tracing said ${said.join(', ')} after\n${steps.join('\n')}`;
}

/**
 * The number of packets after which to wait until all have been reported: the kernel drops reports if there are too
 * many.
 */
interface Reading {
  readonly program: MonitorProgram;
  readonly batch: number;
}

/**
 * The first program that keeps up is used: a busy machine slows the programs down, and xtables-monitor ends if it is
 * too slow.
 */
export const readings: Record<MonitorProgram, readonly [Reading, ...Reading[]]> = {
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

/** At most `most` packets: evenly selected, or each at least twice if there are few. */
export function spread(probes: readonly Probe[], most: number): Probe[] {
  const times = Math.max(1, Math.min(3, Math.floor(most / probes.length)));
  const repeated = Array.from({ length: times }, () => probes).flat();
  const stride = Math.max(1, repeated.length / most);
  return Array.from(
    { length: Math.min(most, repeated.length) },
    (_, index) => repeated[Math.floor(index * stride)],
  ).filter((one): one is Probe => one !== undefined);
}

export function inBatches(probes: readonly Probe[], size: number): (readonly Probe[])[] {
  return Array.from({ length: Math.ceil(probes.length / size) }, (_, index) =>
    probes.slice(index * size, (index + 1) * size),
  );
}

export interface Setting {
  readonly node: TracedNode;
  readonly family: Family;
  readonly host: HostModel;
  readonly numbers: ReadonlyMap<string, string>;
  /** The possible paths of the packet. */
  readonly foresee: (asked: Packet) => readonly WalkEnd[];
}

interface Sent {
  readonly probe: Probe;
  readonly sourcePort: number;
}

export async function sendAndCompare(
  setting: Setting,
  ways: readonly Reading[],
  probes: readonly Probe[],
): Promise<string[]> {
  for (const { program, batch } of ways) {
    const sent: Sent[] = [];
    for (const part of inBatches(probes, batch)) sent.push(...((await sendUntilTold(setting, program, part)) ?? []));
    if (sent.length === probes.length) return sent.flatMap((one) => compare(setting, one));
    process.stderr.write(`${program} was too slow for ${batch} at once\n`);
  }
  return ["the kernel's account broke off"];
}

/** The packets, once the program has reported all of them; undefined if it never does. */
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
    // An additional packet that only tests whether it is reported would be too much for xtables-monitor.
    const isTold = program === 'nft' ? node.settles(family, 2000) : node.isTold(sent[0]?.sourcePort ?? 0);
    if (await isTold) return sent;
    node.stopListening();
  }
  return undefined;
}

function compare({ node, host, numbers, foresee }: Setting, { probe, sourcePort }: Sent): string[] {
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
          foresee(asked),
          told.steps.map((step) => numbers.get(step) ?? step),
          told.destination,
          hostAndPort(asked.destination, asked.destinationPort),
        );
  return found === undefined
    ? []
    : [`${source ?? 'local'}:${sourcePort} ${inInterface} -> ${protocol} ${to}:${port}: ${found}`];
}
