import { parseManifests } from '../../src/manifests/read.js';
import { completeCluster, type Completed, type CompleteOptions } from '../../src/pipeline/complete.js';
import { generateRules } from '../../src/pipeline/generate.js';
import { modes } from '../../src/pipeline/modes.js';

/** Reads one manifest text and completes it to a cluster; fails the test if an object is rejected. */
export async function completeText(text: string, options: CompleteOptions = {}): Promise<Completed> {
  const { completed, refusals } = await completeCluster(parseManifests([{ name: 'test.yaml', text }]), options);
  if (completed !== undefined) return completed;
  throw new Error(refusals.map((finding) => `${finding.range.start.line}: ${finding.message}`).join('\n'));
}

/** The texts of a mode, as `FAMILY.FORMAT`. */
export async function generateTexts(completed: Completed, modeName = 'iptables'): Promise<Map<string, string>> {
  const entry = modes[modeName];
  if (entry === undefined) throw new Error(`no mode ${modeName}`);
  const { generated } = generateRules(completed, await entry.load(), entry.formats);
  return new Map(
    generated.flatMap(({ family, texts }) =>
      [...texts].map(([format, text]): [string, string] => [`${family}.${format}`, text]),
    ),
  );
}
