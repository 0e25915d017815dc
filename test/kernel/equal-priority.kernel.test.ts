/** Of chains with the same hook and priority, the kernel runs the one that was registered last first. */
import { spawnSync } from 'node:child_process';
import { describeUnless, missingForKernelTests } from './network.js';
import { hostModel } from '../../src/walk/host.js';
import { nodeOfText } from '../support/nodes.js';
import { outcomesOf } from '../../src/trace/outcome.js';
import { Tracer } from '../../src/trace/trace.js';
import { node, packet } from '../trace/support/tracers.js';

const redirect = (port: number): string =>
  `{ type nat hook output priority -100; udp dport 99 counter redirect to :${port}; }`;
const first = `add table ip first { chain out ${redirect(1001)}; }`;
const second = `add table ip second { chain out ${redirect(1002)}; }`;
const sender = `import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 99))`;

/** The list of the rules, with counters, after one packet. */
function listed(...scripts: readonly string[]): string {
  const loading = scripts.map((script) => `nft '${script}'`).join(' && ');
  const script = `ip link set lo up && ${loading} && python3 -c "${sender}" && nft list ruleset`;
  const { stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return stdout;
}

describeUnless(missingForKernelTests('nft', 'python3'), 'chains with the same hook and priority', () => {
  it.each([
    ['in the order of their tables', [first, second], 1002],
    ['after the first table was made anew', [first, second, 'delete table ip first', first], 1001],
  ] as const)('run in reverse, %s', (_, scripts, winner) => {
    const list = listed(...scripts);
    expect(/counter packets 1 bytes \d+ redirect to :(\d+)/.exec(list)?.[1]).toBe(String(winner));
    const asked = { protocol: 'udp', to: '127.0.0.1', port: 99, from: '127.0.0.1' } as const;
    const [family] = nodeOfText(list).families;
    const host = hostModel(node, { listening: [] });
    const outcomes = family === undefined ? [] : outcomesOf(new Tracer({ ...family, host }).walk(packet(asked, host)));
    expect(new Set(outcomes.map(({ destination }) => destination))).toEqual(new Set([`127.0.0.1:${winner}`]));
  });
});
