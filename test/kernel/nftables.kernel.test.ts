/** Generated scripts load into a kernel, and nft then lists the text generated as `list`. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeUnless, missingForKernelTests } from './network.js';
import { generateScenario, isRefused } from './nftables-scenario.js';

/** The default version for every scenario, each other one for a third of them. */
function minorsOf(index: number): number[] {
  return [30, 31, 32, 33, 34, 35, 36, 37].filter((minor) => minor === 36 || (minor + index) % 3 === 0);
}

/** Interfaces compared by index must exist when the script is loaded (1.32 and older). */
const bridges = ['cni0', 'cbr0', 'br-k8s'];

function inFreshNetwork(script: string, family: 'ip' | 'ip6'): string {
  const links = bridges.map((name) => `ip link add ${name} type bridge`).join('; ');
  return execFileSync('unshare', ['-n', 'sh', '-ec', `${links}; nft -f -; nft list table ${family} kube-proxy`], {
    input: script,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/**
 * nft 1.0.6 has no names for priorities of the output hook, and another notation for the test of the highest bit; newer
 * versions list the generated text.
 */
function asListedByAny(list: string): string {
  return list
    .replace(/hook output priority dstnat(?: ([-+]) (\d+))?;/g, (_, sign = '+', offset = '0') => {
      const distance = Number(offset) * (sign === '-' ? -1 : 1);
      return `hook output priority ${distance - 100};`;
    })
    .replaceAll('meta mark & 0x80000000 != 0x00000000', 'meta mark != 0x00000000/1')
    .replaceAll('meta mark & 0x80000000 == 0x00000000', 'meta mark 0x00000000/1');
}

/** Large scenarios only repeat what smaller ones show; those of userspace mode have objects of that mode. */
const scenarios = ['golden', 'golden-by-version'].flatMap((directory) =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(large|userspace)-/.test(entry.name))
    .map((entry) => join(directory, entry.name)),
);

describeUnless(missingForKernelTests('nft'), 'nftables mode in a kernel', () => {
  it.each(scenarios.map((directory, index) => [directory, minorsOf(index)] as const))(
    '%s loads and is listed as generated (1.%j)',
    async (directory, minors) => {
      let loaded = 0;
      for (const minor of minors) {
        const texts = await generateScenario(directory, minor).catch((error: unknown) => {
          // 1.30 does not support `primary`.
          if (minor === 30) return new Map<string, string>();
          throw error;
        });
        for (const [family, header] of [
          ['ipv4', 'ip'],
          ['ipv6', 'ip6'],
        ] as const) {
          const script = texts.get(`${family}.script`);
          if (script === undefined || isRefused(script)) continue;
          const listed = inFreshNetwork(script, header);
          expect(asListedByAny(listed)).toBe(asListedByAny(texts.get(`${family}.list`) ?? ''));
          loaded++;
        }
      }
      expect(loaded).toBeGreaterThan(0);
    },
  );
});
