/**
 * After loading the generated output, the kernel has the same rules: with both iptables back ends, in both families.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { completeCluster } from '../../src/pipeline/complete.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import { generateTexts } from '../support/generate.js';
import { describeUnless, missingForKernelTests } from './network.js';

const backEnds = ['nft', 'legacy'] as const;
const programs = backEnds.flatMap((backEnd) =>
  ['iptables', 'ip6tables'].map((program) => `${program}-${backEnd}-restore`),
);

/** Tables by name, because their order and the comment lines around them differ between back ends. */
function tables(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return Object.fromEntries(
    lines
      .join('\n')
      .split(/COMMIT\n?/)
      .filter((part) => part.trim() !== '')
      .map((part) => [part.slice(1, part.indexOf('\n')), part]),
  );
}

function inFreshNetwork(script: string, input: string): string {
  return execFileSync('unshare', ['-n', 'sh', '-ec', script], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Large scenarios only repeat what smaller ones show. */
const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large'))
  .map((entry) => entry.name);

async function generateScenario(name: string): Promise<Map<string, string>> {
  const source = (file: string) => ({ name: file, text: readFileSync(join('golden', name, file), 'utf8') });
  const { completed } = await completeCluster(parseManifests([source('objects.json')]), {
    kubeVersion: { minor: 30 },
    configuration: parseManifests([source('kube-proxy.yaml')]),
    host: JSON.parse(source('host.json').text) as Json,
  });
  if (completed === undefined) throw new Error(`${name} was refused`);
  return generateTexts(completed);
}

describeUnless(missingForKernelTests(...programs), 'generated rules in a kernel', () => {
  it.each(scenarios)('%s: save loads and comes back byte for byte, restore is accepted', async (scenario) => {
    const texts = await generateScenario(scenario);
    const families = [
      ['ipv4', 'iptables'],
      ['ipv6', 'ip6tables'],
    ] as const;
    let loaded = 0;
    for (const [family, program] of families) {
      const save = texts.get(`${family}.save`);
      if (save === undefined) continue;
      for (const backEnd of backEnds) {
        const name = `${program}-${backEnd}`;
        const back = inFreshNetwork(
          `cat > /dev/shm/$$; ${name}-restore --test < /dev/shm/$$; ${name}-restore < /dev/shm/$$; rm /dev/shm/$$; ${name}-save`,
          save,
        );
        expect(tables(back)).toEqual(tables(save));
        inFreshNetwork(`${name}-restore --noflush --test`, texts.get(`${family}.restore`) ?? '');
        loaded++;
      }
    }
    expect(loaded).toBeGreaterThan(0);
  });
});
