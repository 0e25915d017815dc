/**
 * The measured in-process stages, each as a function from the path of an input to its runs. A run returns the
 * milliseconds of its parts; `unit` is measured between the runs for comparison, so that a slow moment of the machine
 * affects both.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../src/lint/run.js';
import { parseDump } from '../src/iptables/dump/parse.js';
import { parseManifests } from '../src/manifests/read.js';
import type { SourceText } from '../src/manifests/types.js';
import { compareSides } from '../src/diff/report.js';
import { proxyOf } from '../src/migrate/proxy-side.js';
import { compareProxies } from '../src/migrate/report.js';
import type { ProxyMode } from '../src/node/mode.js';
import { completeCluster, defaultNodePortRange, type Completed } from '../src/pipeline/complete.js';
import { generateRules } from '../src/pipeline/generate.js';
import { parseRuleset } from '../src/nftables/parse.js';
import { nodeFromManifests } from '../src/node/from-manifests.js';
import { defaultMode, modes } from '../src/pipeline/modes.js';
import { readAddress } from '../src/walk/address.js';
import { hostModel } from '../src/walk/host.js';
import { Tracer } from '../src/trace/trace.js';

export type Marks = Record<string, number>;
export interface Stage {
  unit(): unknown;
  run(): Promise<Marks>;
}

/** From the text of `kubectl get -o json` to the text of rules; the unit is `JSON.parse` of that text. */
function generate(path: string, modeName: string, format: string): Stage {
  const text = readFileSync(path, 'utf8');
  return {
    unit: () => JSON.parse(text) as unknown,
    run: async () => {
      const clock = new Clock();
      const set = parseManifests([{ name: path, text }]);
      clock.mark('parse');
      const { completed, refusals } = await completeCluster(set, {});
      const mode = await modes[modeName]?.load();
      if (completed === undefined || mode === undefined) throw new Error(refusals[0]?.message);
      clock.mark('check and complete');
      const { generated } = generateRules(completed, mode, [format]);
      let length = 0;
      for (const one of generated) for (const piece of one.print(format)) length += piece.length;
      clock.mark('lower and print');
      if (length === 0) throw new Error('nothing was generated');
      return clock.marks;
    },
  };
}

/** All rules on a tree of files in memory; the unit is `JSON.parse` of the same objects written as JSON. */
function lintTree(path: string): Stage {
  const sources: SourceText[] = filesBelow(path).map((name) => ({
    name,
    text: readFileSync(name, 'utf8'),
    found: true,
  }));
  const json = JSON.stringify(parseManifests(sources).objects.map(({ value }) => value));
  return {
    unit: () => JSON.parse(json) as unknown,
    run: async () => {
      const clock = new Clock();
      const set = parseManifests(sources);
      clock.mark('parse');
      await lint(set, { facts: { version: { minor: 36 }, serviceCIDRs: [], nodePortRange: defaultNodePortRange } });
      clock.mark('check');
      return clock.marks;
    },
  };
}

/** From an iptables-save dump to rules; the unit is splitting the same text into lines. */
function parse(path: string): Stage {
  const text = readFileSync(path, 'utf8');
  return {
    unit: () => text.split('\n'),
    run: () => {
      const clock = new Clock();
      const { dumps } = parseDump({ name: path, text });
      clock.mark('parse');
      if (dumps.length === 0) throw new Error('no dump was read');
      return Promise.resolve(clock.marks);
    },
  };
}

/** From nftables mode's list for manifests to tables; the unit is splitting the same text into lines. */
async function parseList(path: string): Promise<Stage> {
  const { completed } = await completeCluster(parseManifests([{ name: path, text: readFileSync(path, 'utf8') }]), {});
  const mode = await modes.nftables.load();
  if (completed === undefined) throw new Error('the manifests were refused');
  const { generated } = generateRules(completed, mode, ['list']);
  const text = generated.flatMap((one) => [...one.print('list')]).join('');
  return {
    unit: () => text.split('\n'),
    run: () => {
      const clock = new Clock();
      const { tables, findings } = parseRuleset({ name: path, text });
      clock.mark('parse');
      if (tables.length === 0 || findings.length > 0) throw new Error('the list was not understood');
      return Promise.resolve(clock.marks);
    },
  };
}

const traces = 1000;

/**
 * A dump, and packets to cluster IPs all over it. The first packet compiles the chains that all packets traverse; the
 * others are the common case.
 */
function trace(path: string): Stage {
  const text = readFileSync(path, 'utf8');
  const addresses = [...text.matchAll(/^-A KUBE-SERVICES -d ([0-9.]+)/gm)].map((match) => readAddress(match[1] ?? ''));
  const source = readAddress('192.0.2.7');
  return {
    unit: () => text.split('\n'),
    run: () => {
      const clock = new Clock();
      const ruleSet = parseDump({ name: path, text }).dumps[0]?.ruleSet;
      clock.mark('parse');
      if (ruleSet === undefined || source === undefined) throw new Error('no dump was read');
      const tracer = new Tracer({ ruleSet, host: hostModel(undefined) });
      const walk = (number: number): void => {
        const destination = addresses[number % addresses.length];
        if (destination === undefined) throw new Error('the dump has no Services');
        const ends = tracer.walk({
          family: 'ipv4',
          protocol: 'tcp',
          source,
          destination,
          destinationPort: 80,
          inInterface: 'eth0',
        });
        if (ends.length < 2) throw new Error('no endpoint was found');
      };
      walk(0);
      clock.mark('first trace');
      for (let number = 1; number <= traces; number++) walk(number * 37);
      clock.mark(`${traces} more traces`);
      return Promise.resolve(clock.marks);
    },
  };
}

/**
 * All regions of a whole node, for arriving and outgoing packets, with rules generated from manifests; the unit is
 * `JSON.parse` of the manifests.
 */
function regions(path: string): Stage {
  const text = readFileSync(path, 'utf8');
  return {
    unit: () => JSON.parse(text) as unknown,
    run: async () => {
      const { completed } = await completeCluster(parseManifests([{ name: path, text }]), {});
      if (completed === undefined) throw new Error('the manifests were refused');
      const { families, host } = await nodeFromManifests(completed, defaultMode, { name: path });
      const clock = new Clock();
      let count = 0;
      for (const family of families) {
        const tracer = new Tracer({ ...family, host: hostModel(host) });
        const { incoming, outgoing } = tracer.everything();
        for (const packets of [incoming, outgoing])
          for (const region of tracer.eachRegion(packets)) if (!region.packets.isEmpty) count++;
      }
      clock.mark('regions');
      if (count < 10) throw new Error('a node has more regions');
      return clock.marks;
    },
  };
}

/** What changes for all packets between two modes; the unit is `JSON.parse` of the manifests. */
function migrate(path: string): Stage {
  const text = readFileSync(path, 'utf8');
  return {
    unit: () => JSON.parse(text) as unknown,
    run: async () => {
      const clock = new Clock();
      const completed = await completedOf(path, text);
      const [from, to] = [await proxyOf(completed, defaultMode), await proxyOf(completed, lastMode())];
      if (!('side' in from) || !('side' in to)) throw new Error('a kube-proxy would not start');
      clock.mark('load');
      const { differences } = compareProxies(from.side, to.side);
      clock.mark('compare');
      if (differences.length === 0) throw new Error('the modes differ');
      return clock.marks;
    },
  };
}

/** Two sides in which ten Services have different ports; the unit is `JSON.parse` of the manifests. */
function diff(path: string): Stage {
  const text = readFileSync(path, 'utf8');
  const changed = withOtherPorts(text, 10);
  return {
    unit: () => JSON.parse(text) as unknown,
    run: async () => {
      const clock = new Clock();
      const [before, after] = [await completedOf(path, text), await completedOf(path, changed)];
      const sides = [
        await nodeFromManifests(before, defaultMode),
        await nodeFromManifests(after, defaultMode),
      ] as const;
      clock.mark('load');
      const { services } = compareSides(sides[0], sides[1]);
      clock.mark('compare');
      if (services.length === 0) throw new Error('nothing was found');
      return clock.marks;
    },
  };
}

function withOtherPorts(text: string, count: number): string {
  const list = JSON.parse(text) as { items: { kind: string; spec: { ports: { port: number }[] } }[] };
  for (const { spec } of list.items.filter(({ kind }) => kind === 'Service').slice(0, count))
    for (const port of spec.ports) port.port += 1000;
  return JSON.stringify(list);
}

async function completedOf(path: string, text: string): Promise<Completed> {
  const { completed } = await completeCluster(parseManifests([{ name: path, text }]), {});
  if (completed === undefined) throw new Error('the manifests were refused');
  return completed;
}

/** The newest of the modes. */
function lastMode(): ProxyMode {
  return Object.values(modes).at(-1) ?? defaultMode;
}

class Clock {
  readonly marks: Marks = {};
  private last = performance.now();

  mark(name: string): void {
    const now = performance.now();
    this.marks[name] = now - this.last;
    this.last = now;
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export const stages: Record<string, (path: string) => Stage | Promise<Stage>> = {
  'generate restore': (path) => generate(path, 'iptables', 'restore'),
  'generate save': (path) => generate(path, 'iptables', 'save'),
  'generate ipvsadm': (path) => generate(path, 'ipvs', 'ipvsadm'),
  'lint tree': lintTree,
  'parse dump': parse,
  'parse nftables list': parseList,
  'trace dump': trace,
  regions,
  migrate,
  diff,
};
