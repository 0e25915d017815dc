import { viewFamilies, type FamilyView } from '../../../src/explain/node.js';
import type { Knowledge } from '../../../src/explain/types.js';
import { parseDump } from '../../../src/iptables/parse.js';
import { asInstalled } from '../../../src/iptables/lower-node.js';
import { lower } from '../../../src/iptables/lower.js';
import { lower as lowerIpvs } from '../../../src/ipvs/lower.js';
import { lint } from '../../../src/lint/run.js';
import { parseManifests } from '../../../src/manifests/read.js';
import { completeCluster, defaultNodePortRange, type CompleteOptions } from '../../../src/pipeline/complete.js';
import { proxyState } from '../../../src/proxy/state.js';

/** What is known of a dump alone. */
export function fromDump(text: string): Knowledge {
  const families = parseDump({ name: 'node.save', text }).dumps.map(({ ruleSet }) => ({
    ruleSet,
    sets: [],
    virtualServers: [],
  }));
  return { families, isDump: true, objects: [], findings: [], clusterDomain: 'cluster.local' };
}

/** What is known of manifests, lowered to a mode; with `dump` the rules are the dump's. */
export async function fromManifests(
  text: string,
  options: CompleteOptions & { readonly mode?: 'iptables' | 'ipvs'; readonly dump?: string } = {},
): Promise<Knowledge> {
  const set = parseManifests([{ name: 'test.yaml', text }]);
  const { completed, refusals } = await completeCluster(set, options);
  if (completed === undefined)
    throw new Error(refusals.map((finding) => `${finding.range.start.line}: ${finding.message}`).join('\n'));
  const states = completed.families.map((family) => proxyState(completed.cluster, completed.options, family));
  const { findings } = await lint(set, {
    facts: { version: completed.options.version, serviceCIDRs: [], nodePortRange: defaultNodePortRange },
  });
  const lowered = states.map((state) => {
    if (options.mode !== 'ipvs') return { ruleSet: asInstalled(lower(state)), sets: [], virtualServers: [], state };
    const { installed, sets, virtualServers } = lowerIpvs(state);
    return { ruleSet: installed, sets, virtualServers, state };
  });
  const dumped =
    options.dump === undefined
      ? lowered
      : fromDump(options.dump).families.map((family) => {
          const state = states.find((one) => one.family === family.ruleSet.family);
          return { ...family, ...(state === undefined ? {} : { state }) };
        });
  return {
    families: dumped,
    isDump: options.dump !== undefined,
    cluster: completed.cluster,
    objects: set.objects,
    findings,
    clusterDomain: 'cluster.local',
  };
}

/** The first family's rules, ready to be asked. */
export function firstView(knowledge: Knowledge): FamilyView {
  const [view] = viewFamilies(knowledge);
  if (view === undefined) throw new Error('no rules');
  return view;
}
