/** Every scenario in golden/ against what kube-proxy itself programmed (see golden/README.md). */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../src/manifests/read.js';
import type { Json } from '../src/manifests/types.js';
import { completeCluster } from '../src/pipeline/complete.js';
import { modes } from '../src/pipeline/modes.js';
import { generateTexts } from './support/generate.js';

const asSet = new Set(['ipvsadm', 'ipset', 'addresses']);
const scenarios = readdirSync('golden', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);

const read = (scenario: string, file: string) => ({ name: file, text: readFileSync(join('golden', scenario, file), 'utf8') });
const comparable = (text: string, format: string): string => asSet.has(format) ? text.split('\n').sort().join('\n') : text;

describe.each(Object.keys(modes))('golden scenarios in mode %s', (mode) => {
  it.each(scenarios)('%s', async (scenario) => {
    const { completed, refusals } = await completeCluster(parseManifests([read(scenario, 'objects.json')]), {
      kubeVersion: { minor: 30 }, configuration: parseManifests([read(scenario, 'kube-proxy.yaml')]),
      host: JSON.parse(read(scenario, 'host.json').text) as Json,
    });
    expect(refusals).toEqual([]);
    if (completed === undefined) return;
    let compared = 0;
    for (const [name, text] of await generateTexts(completed, mode)) {
      const [, format = ''] = name.split('.');
      if (!existsSync(join('golden', scenario, `${mode}.${name}`))) continue;
      expect(comparable(text, format)).toBe(comparable(read(scenario, `${mode}.${name}`).text, format));
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});
