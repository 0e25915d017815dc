/**
 * The description of outcomes; which outcomes there are follows from sets and chances alone, as in unknowns.test.ts.
 */
import { parseDump } from '../../src/iptables/dump/parse.js';
import { describeTrace } from '../../src/trace/describe.js';
import { hostModel } from '../../src/walk/host.js';
import { Tracer } from '../../src/trace/trace.js';
import { node, packet } from './support/tracers.js';

const portals = `*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -d 10.96.0.50/32 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.244.1.5:8080
-A PREROUTING -d 10.96.0.50/32 -j DNAT --to-destination 10.244.1.6:8080
COMMIT
`;

/** The lines between the packet and its path. */
function headOf(rules: string, policy = 'ACCEPT'): string[] {
  return textOf(rules, policy).split('\n\n')[1]?.split('\n') ?? [];
}

function textOf(rules: string, policy = 'ACCEPT'): string {
  const text = `${portals}*filter\n:FORWARD ${policy} [0:0]\n${rules}COMMIT\n`;
  const ruleSet = parseDump({ name: 'dump', text }, { family: 'ipv4' }).dumps[0]?.ruleSet ?? {
    family: 'ipv4',
    tables: [],
  };
  const host = hostModel(node);
  const asked = packet({ from: '192.168.0.9', inInterface: 'eth0' }, host);
  return describeTrace({
    packet: asked,
    ends: new Tracer({ ruleSet, host }).walk(asked),
    assumed: [],
    servicePort: undefined,
    colour: false,
  });
}

const set = (name: string): string => `-m set --match-set ${name} src`;
const isIn = (name: string): string => `the packet is in the set ${name} (src), which was not given (ipset save)`;
const isNotIn = (name: string): string => isIn(name).replace(' is ', ' is not ');

describe('one outcome', () => {
  it('is told once, wherever the packet was going', () => {
    expect(headOf('', 'DROP')).toEqual([
      'Dropped in FORWARD: no rule of table filter lets it pass, and the policy of FORWARD is DROP.',
    ]);
    expect(textOf('', 'DROP')).toContain(
      '\nall dropped on its way to 10.244.1.5:8080 (and likewise to 10.244.1.6:8080)\n',
    );
  });

  it('of several ways has one share', () => {
    expect(headOf(`-A FORWARD ${set('S')} -j DROP\n`)).toContain(
      '1/2: Dropped in FORWARD by rule 1 of FORWARD (table filter).',
    );
  });
});

describe('conditions', () => {
  it('that are the same for several places stand once', () => {
    expect(headOf(`-A FORWARD ${set('S')} -j DROP\n`).slice(-2)).toEqual([
      `  dropped: if ${isIn('S')}`,
      `  10.244.1.5:8080 and 10.244.1.6:8080: if ${isNotIn('S')}`,
    ]);
  });

  it('that make no difference are left out', () => {
    expect(headOf(`-A FORWARD ${set('S')} -j ACCEPT\n-A FORWARD ${set('T')} -j ACCEPT\n`).join()).not.toContain('if ');
  });

  it('of several ways are as short as they can be', () => {
    const lines = headOf(`-A FORWARD ${set('S')} ${set('T')} -j ACCEPT\n-A FORWARD ${set('S')} -j DROP\n`);
    expect(lines.slice(-3)).toEqual([
      `  10.244.1.5:8080 and 10.244.1.6:8080: if ${isIn('T')}`,
      `    or if ${isNotIn('S')}`,
      `  dropped: if ${isIn('S')}; and ${isNotIn('T')}`,
    ]);
  });
});
