import type { Finding } from '../../src/diagnostics/finding.js';
import { parseVersion, defaultVersion } from '../../src/cluster/version.js';
import type { ClusterFacts } from '../../src/lint/context.js';
import { lint, type LintOptions } from '../../src/lint/run.js';
import type { SourceText } from '../../src/manifests/types.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { parsePrefix } from '../../src/net/address.js';

/** The cluster facts in command-line arguments. */
export function factsFrom(args: readonly string[] = []): ClusterFacts {
  const value = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const [from, to] = (value('--service-node-port-range') ?? '30000-32767').split('-').map(Number);
  return {
    version: parseVersion(value('--kube-version') ?? '') ?? defaultVersion,
    serviceCIDRs: (value('--service-cidr') ?? '').split(',').flatMap((text) => parsePrefix(text) ?? []),
    nodePortRange: { from: from ?? 0, to: to ?? 0 },
  };
}

/** All findings about one text. */
export async function lintText(
  text: string,
  args: readonly string[] = [],
  options: Omit<LintOptions, 'facts'> = {},
): Promise<readonly Finding[]> {
  const { findings } = await lint(readManifests(filesIn(text)), {
    facts: factsFrom(args),
    ...options,
  });
  return findings;
}

/** The first line of an example of a kustomization is its file name; other files follow, each after its name. */
function filesIn(text: string): SourceText[] {
  if (!text.startsWith('# kustomization.yaml\n')) return [{ name: 'input.yaml', text }];
  const parts = text.split(/^# (\S+\.yaml)\n/m).slice(1);
  return parts.flatMap((name, index) => (index % 2 === 0 ? [{ name, text: parts[index + 1] ?? '' }] : []));
}

/** Findings as `rule@line`, the notation of the recorded cases. */
export function placesOf(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, range }) => `${rule}@${range.start.line}`);
}

/** Errors and warnings as `rule@line`. */
export async function faultsIn(text: string, args: readonly string[] = []): Promise<string[]> {
  return placesOf((await lintText(text, args)).filter(({ severity }) => severity !== 'info'));
}

/** A Service manifest with this spec; the spec's lines begin at line 6. */
export function serviceText(spec: string, name = 'web', namespace = 'shop'): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${namespace}}\n# the spec begins on line 6\nspec:\n${spec.replace(/^/gm, '  ').trimEnd()}\n`;
}

/** Manifests in one stream. */
export function stream(...texts: readonly string[]): string {
  return texts.join('---\n');
}
