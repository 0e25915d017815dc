import { compareFindings, type Finding, type Severity } from '../diagnostics/finding.js';
import { lineLookup, type Lines } from '../diagnostics/lines.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import { nodeFromDumps } from '../node/from-dumps.js';
import { readDumps } from '../node/read-dumps.js';
import { sortTexts } from '../node/sort-texts.js';
import type { CompleteOptions } from '../pipeline/complete.js';
import { findDrift } from './model/drift.js';
import { factsOfNodes, type GivenFacts } from './facts-of-nodes.js';
import { NodeFacts } from './model/node.js';
import { nodesOf } from './nodes-of-texts.js';
import { nodeRules } from './registry.js';
import type { NodeProblem, NodeRule } from './rule.js';

/** With several nodes, each has the facts in the folder of its dumps. */
export interface NodeLintOptions extends GivenFacts {
  /** Severities that differ from the catalogue's, by rule id; `off` disables a rule. */
  readonly severities?: ReadonlyMap<string, Severity | 'off'>;
  /** Manifests of the nodes' cluster: differences between node and manifests are reported. */
  readonly manifests?: ManifestSet;
  /** Facts about the cluster besides its manifests. */
  readonly cluster?: CompleteOptions;
}

export interface NodeLintResult {
  /** In reading order: by file, line and rule. */
  readonly findings: readonly Finding[];
}

/**
 * Reviews the nodes in dumps, which are recognised by content; other texts are ignored. Never throws. Time and memory
 * are proportional to the rules.
 */
export async function lintNodes(
  texts: readonly SourceText[],
  { severities, manifests, cluster = {}, ...given }: NodeLintOptions = {},
): Promise<NodeLintResult> {
  const linesOf = lineLookup(new Map(texts.map(({ name, text }) => [name, text])));
  const findings: Finding[] = [];
  const nodes = nodesOf(sortTexts(texts));
  const known = factsOfNodes(nodes, given);
  for (const [index, ofNode] of nodes.entries()) {
    const read = await readDumps(ofNode);
    const { host, listeners } = (typeof known === 'string' ? undefined : known[index]) ?? {};
    const node = nodeFromDumps(read, host === undefined ? {} : { host });
    const isCompared = manifests !== undefined && severities?.get('node/drift') !== 'off';
    const context = new NodeFacts(
      node,
      read.findings,
      isCompared ? await findDrift(node, manifests, host === undefined ? cluster : { ...cluster, host }) : [],
      listeners,
    );
    for (const rule of nodeRules) {
      if (severities?.get(rule.id) === 'off') continue;
      for (const problem of rule.check(context)) findings.push(toFinding(rule, problem, severities, linesOf));
    }
  }
  return { findings: withoutRepeated(findings.sort(compareFindings)) };
}

function toFinding(
  { id, severity }: NodeRule,
  problem: NodeProblem,
  severities: NodeLintOptions['severities'],
  linesOf: (name: string) => Lines,
): Finding {
  const { place, service, message } = problem;
  const chosen = severities?.get(id);
  return {
    rule: id,
    severity: chosen === undefined || chosen === 'off' ? (problem.severity ?? severity) : chosen,
    message,
    file: place.file,
    range: rangeOf(place.line, linesOf(place.file)),
    ...(service === undefined ? {} : { object: { kind: 'Service', namespace: service.namespace, name: service.name } }),
  };
}

/** The whole line, without blanks at either end. */
function rangeOf(line: number, lines: Lines): Finding['range'] {
  const text = lines.line(line);
  const start = text.length - text.trimStart().length;
  return {
    start: { line, column: start + 1 },
    end: { line, column: Math.max(start + 1, text.trimEnd().length + 1) },
  };
}

/** Removes repeated findings: nodes that share a text have the same ones. */
function withoutRepeated(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding, index) => {
    const before = findings[index - 1];
    return before === undefined || compareFindings(before, finding) !== 0;
  });
}
