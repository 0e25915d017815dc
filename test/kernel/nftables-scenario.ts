/** The output of nftables mode for a golden scenario. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../../src/manifests/read.js';
import type { Json } from '../../src/manifests/types.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { generateTexts } from '../support/generate.js';

/** The texts for a folder's inputs and a version, as `FAMILY.FORMAT`. */
export async function generateScenario(directory: string, minor: number): Promise<Map<string, string>> {
  const source = (file: string) => ({ name: file, text: readFileSync(join(directory, file), 'utf8') });
  const { completed } = await completeCluster(parseManifests([source('objects.json')]), {
    kubeVersion: { minor },
    configuration: parseManifests([source('kube-proxy.yaml')]),
    host: JSON.parse(source('host.json').text) as Json,
  });
  if (completed === undefined) throw new Error(`${directory} was refused`);
  return generateTexts(completed, 'nftables');
}

/** Scripts that nft rejects are not loaded: prefixes of interface names up to 1.32, and changed elements in 1.30. */
export function isRefused(script: string): boolean {
  const verdicts = new Map<string, string>();
  return script.split('\n').some((line) => {
    const [, key = '', verdict = ''] =
      /^add element \S+ \S+ (\S+ \{ .*?) (?:comment ".*" )?: (.*) \}$/.exec(line) ?? [];
    if (line.startsWith('delete element')) verdicts.delete(line.slice('delete element ip kube-proxy '.length, -2));
    const before = key === '' ? undefined : verdicts.get(key);
    if (key !== '') verdicts.set(key, verdict);
    return / iif (?:!= )?\S+\*/.test(line) || (before !== undefined && before !== verdict);
  });
}
