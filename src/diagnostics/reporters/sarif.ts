import { formatPath, type Finding, type Fix, type ObjectReference, type Range, type Severity } from '../finding.js';
import { uniqueFingerprints } from '../fingerprint.js';
import { escapeInvisible, stringifyJson } from '../invisible.js';
import { lineLookup, type Lines } from '../lines.js';
import { plainFileName, type Report, type Reporter, type RuleDescription, type SuppressedFinding } from '../report.js';

const levels: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };
const base = '%SRCROOT%';

/**
 * SARIF 2.1.0 (OASIS standard). Columns count UTF-16 code units. The fingerprint does not use the name
 * `primaryLocationLineHash`: GitHub's upload action computes its own value for that name and warns about a different
 * one.
 */
export const sarifReporter: Reporter = {
  name: 'sarif',
  description: 'SARIF 2.1.0, for code scanning',
  showsSummary: false,
  report(report) {
    return `${stringifyJson({
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [run(report)],
    })}\n`;
  },
};

interface Result {
  readonly finding: Finding;
  readonly suppressions: readonly object[];
}

function run(report: Report): object {
  const results = [
    ...report.findings.map((finding): Result => ({ finding, suppressions: [] })),
    ...report.suppressed.map((suppressed): Result => ({
      finding: suppressed.finding,
      suppressions: [suppression(suppressed)],
    })),
  ];
  const ids = [...new Set(results.map(({ finding }) => finding.rule))].sort();
  return {
    tool: {
      driver: {
        name: 'kubechains',
        version: report.toolVersion,
        semanticVersion: report.toolVersion,
        rules: ids.map((id) => rule(id, report.rules.get(id))),
      },
    },
    invocations: [{ executionSuccessful: true }],
    originalUriBaseIds: { [base]: { uri: directoryUri(report.workingDirectory) } },
    columnKind: 'utf16CodeUnits',
    results: resultObjects(results, ids, report),
  };
}

function rule(id: string, description: RuleDescription | undefined): object {
  if (description === undefined) return { id };
  return {
    id,
    shortDescription: { text: description.summary },
    fullDescription: { text: description.summary },
    help: { text: description.help, markdown: description.help },
    defaultConfiguration: { level: levels[description.severity] },
  };
}

function resultObjects(results: readonly Result[], ids: readonly string[], report: Report): object[] {
  const ruleIndexes = new Map(ids.map((id, index) => [id, index]));
  const fingerprints = uniqueFingerprints(results.map(({ finding }) => finding));
  const linesOf = lineLookup(report.texts);
  return results.map(({ finding, suppressions }, index) => ({
    ruleId: finding.rule,
    ruleIndex: ruleIndexes.get(finding.rule),
    level: levels[finding.severity],
    message: { text: plainMessage(finding.message) },
    locations: [location(finding, report.workingDirectory)],
    partialFingerprints: { 'kubechains/v1': fingerprints[index] },
    ...(finding.fix === undefined
      ? {}
      : {
          fixes: [
            fixObject(finding.fix, linesOf(finding.file), artifactLocation(finding.file, report.workingDirectory)),
          ],
        }),
    suppressions,
  }));
}

function location({ file, range, object, path }: Finding, directory: string): object {
  return {
    physicalLocation: { artifactLocation: artifactLocation(file, directory), region: region(range) },
    ...(object === undefined
      ? {}
      : {
          logicalLocations: [{ name: object.name, fullyQualifiedName: qualifiedName(object, formatPath(path ?? [])) }],
        }),
  };
}

function qualifiedName({ kind, namespace, name }: ObjectReference, path: string): string {
  const object = namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
  return escapeInvisible(path === '' ? object : `${object} ${path}`);
}

function region({ start, end }: Range): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function fixObject(fix: Fix, lines: Lines, artifact: object): object {
  const replacements = fix.edits.map((edit) => ({
    deletedRegion: region(lines.range(edit.startOffset, edit.endOffset)),
    insertedContent: { text: edit.text },
  }));
  return {
    description: { text: plainMessage(fix.description) },
    artifactChanges: [{ artifactLocation: artifact, replacements }],
  };
}

function suppression({ kind, reason }: SuppressedFinding): object {
  return { kind, ...(reason === '' ? {} : { justification: escapeInvisible(reason) }) };
}

/** Escapes brackets: in SARIF, `[text](target)` in a plain message is a link. */
function plainMessage(text: string): string {
  return escapeInvisible(text).replace(/\[(?=[^\]]*\]\()/g, '\\[');
}

/** Files below the working directory get relative URIs, all others absolute ones. */
function artifactLocation(file: string, directory: string): object {
  const name = plainFileName(file);
  if (name.startsWith('/')) return { uri: `file://${encodePath(name)}` };
  return name.startsWith('../')
    ? { uri: new URL(encodePath(name), directoryUri(directory)).href }
    : { uri: encodePath(name), uriBaseId: base };
}

function directoryUri(directory: string): string {
  return `file://${encodePath(directory.startsWith('/') ? directory : `/${directory}`).replace(/\/*$/, '/')}`;
}

function encodePath(path: string): string {
  return path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}
