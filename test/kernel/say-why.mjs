import { spawnSync } from 'node:child_process';

/** Prints before the tests why they are skipped, if they are; the summary shows only their number. */
export default function sayWhy() {
  const missing = ['unshare', 'iptables-legacy-save', 'iptables-nft-save'].filter(
    (program) => spawnSync(program, ['--version']).error !== undefined,
  );
  const reasons = [
    ...(process.getuid?.() === 0 ? [] : ['you are not root']),
    ...missing.map((program) => `${program} is not installed`),
  ];
  if (reasons.length > 0) process.stderr.write(`Kernel tests are skipped, as ${reasons.join(', ')}.\n`);
}
