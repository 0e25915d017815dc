import { viewFamilies, type FamilyView } from '../../../src/explain/node.js';
import type { Knowledge } from '../../../src/explain/types.js';
import type { RuleSet } from '../../../src/iptables/types.js';
import { lint } from '../../../src/lint/run.js';
import { parseManifests } from '../../../src/manifests/read.js';
import { emptyContent } from '../../../src/node/content.js';
import { nodeFromDumps } from '../../../src/node/from-dumps.js';
import { nodeFromManifests } from '../../../src/node/from-manifests.js';
import { completeCluster, defaultNodePortRange, type CompleteOptions } from '../../../src/pipeline/complete.js';
import { modes } from '../../../src/pipeline/modes.js';
import { nodeOfText } from '../../support/nodes.js';

/** The Knowledge of a dump alone. */
export function fromDump(text: string): Knowledge {
  return { node: nodeOfText(text), findings: [], clusterDomain: 'cluster.local' };
}

/** The Knowledge of rules alone, as in a dump that contains them. */
export function fromRules(ruleSet: RuleSet): Knowledge {
  const node = nodeFromDumps({
    contents: [{ ...emptyContent(ruleSet.family), ruleSet }],
    dump: { texts: [], commands: [], tables: [], repeated: [] },
  });
  return { node, findings: [], clusterDomain: 'cluster.local' };
}

/** The Knowledge of manifests, lowered to a mode; with `dump` the rules come from the dump. */
export async function fromManifests(
  text: string,
  options: CompleteOptions & { readonly mode?: 'iptables' | 'ipvs' | 'nftables'; readonly dump?: string } = {},
): Promise<Knowledge> {
  const manifests = parseManifests([{ name: 'test.yaml', text }]);
  const { completed, refusals } = await completeCluster(manifests, options);
  if (completed === undefined)
    throw new Error(refusals.map((finding) => `${finding.range.start.line}: ${finding.message}`).join('\n'));
  const { findings } = await lint(manifests, {
    facts: { version: completed.options.version, serviceCIDRs: [], nodePortRange: defaultNodePortRange },
  });
  const mode = modes[options.mode ?? 'iptables'];
  const node =
    options.dump === undefined
      ? await nodeFromManifests(completed, mode, { manifests })
      : nodeOfText(options.dump, { completed, manifests });
  return { node, findings, clusterDomain: 'cluster.local' };
}

/** The first family's rules, prepared for queries. */
export function firstView(knowledge: Knowledge): FamilyView {
  const [view] = viewFamilies(knowledge);
  if (view === undefined) throw new Error('no rules');
  return view;
}
