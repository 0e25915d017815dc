import { spawnSync } from 'node:child_process';
import type { Family } from '../../src/net/address.js';

export type Backend = 'legacy' | 'nft';
export const backends: readonly Backend[] = ['legacy', 'nft'];

function tool(family: Family, backend: Backend, verb: 'save' | 'restore'): string {
  return `${family === 'ipv4' ? 'iptables' : 'ip6tables'}-${backend}-${verb}`;
}

/** Whether rules can be loaded here: root, unshare and both back ends of iptables. */
export const hasKernel =
  process.getuid?.() === 0 &&
  backends.every(
    (backend) => spawnSync('unshare', ['-n', tool('ipv4', backend, 'save')], { encoding: 'utf8' }).status === 0,
  );

/** `describe` if rules can be loaded into a network namespace; otherwise a skipped block with the reason. */
export const describeWithKernel: (name: string, body: () => void) => void = hasKernel
  ? (name, body) => {
      describe(name, body);
    }
  : (name, body) => {
      describe.skip(`${name} (skipped: needs root, unshare, iptables-legacy and iptables-nft)`, body);
    };

/**
 * The output of iptables-save in a new network namespace after `prepare` and iptables-restore of `rules`; the error if
 * they are rejected.
 */
export function restoreAndSave(
  rules: string,
  family: Family,
  backend: Backend,
  prepare = 'true',
): { saved: string } | { error: string } {
  const script = `${prepare} && ${tool(family, backend, 'restore')} && ${tool(family, backend, 'save')}`;
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script], {
    input: rules,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return status === 0 ? { saved: stdout } : { error: stderr };
}
