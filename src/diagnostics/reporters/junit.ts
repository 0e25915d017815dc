import { isAtLeast, type Finding, type Severity } from '../finding.js';
import { escapeInvisible } from '../invisible.js';
import { findingsByFile, plainFileName, type Reporter } from '../report.js';

/**
 * JUnit XML: a test suite for each file that was read, a test case for each finding. Findings that make the run fail
 * are failures; other findings pass and carry their message. A file without findings is one passing case.
 */
export const junitReporter: Reporter = {
  name: 'junit',
  description: 'JUnit XML, a suite per file',
  showsSummary: false,
  report(report) {
    const files = findingsByFile(report.findings, report.texts.keys());
    const failures = report.findings.filter((finding) => isAtLeast(finding.severity, report.failOn)).length;
    const tests = [...files.values()].reduce((sum, findings) => sum + Math.max(1, findings.length), 0);
    const suites = [...files].map(([file, findings]) => suite(file, findings, report.failOn));
    return (
      '<?xml version="1.0" ' +
      `encoding="UTF-8"?>\n${element('testsuites', { name: 'kubechains', tests, failures, errors: 0 }, suites)}`
    );
  },
};

function suite(file: string, findings: readonly Finding[], failOn: Severity): string {
  const name = plainFileName(file);
  const failures = findings.filter((finding) => isAtLeast(finding.severity, failOn)).length;
  const cases =
    findings.length === 0
      ? [element('testcase', { name: 'no findings', classname: name }, [], '    ')]
      : findings.map((finding) => testCase(name, finding, isAtLeast(finding.severity, failOn)));
  return element('testsuite', { name, tests: cases.length, failures, errors: 0, skipped: 0 }, cases, '  ');
}

function testCase(file: string, finding: Finding, fails: boolean): string {
  const { line, column } = finding.range.start;
  const text = `${file}:${line}:${column}: ${finding.severity}: ${finding.message} (${finding.rule})`;
  const body = fails
    ? leaf('failure', { type: finding.severity, message: finding.message }, text)
    : leaf('system-out', {}, text);
  return element(
    'testcase',
    { name: `${finding.rule} ${line}:${column}`, classname: file, file, line },
    [`      ${body}\n`],
    '    ',
  );
}

type Attributes = Record<string, string | number>;

function element(name: string, attributes: Attributes, children: readonly string[], indent = ''): string {
  const open = `${indent}<${name}${attributeText(attributes)}`;
  return children.length === 0 ? `${open}/>\n` : `${open}>\n${children.join('')}${indent}</${name}>\n`;
}

function leaf(name: string, attributes: Attributes, text: string): string {
  return `<${name}${attributeText(attributes)}>${escapeXml(text)}</${name}>`;
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/**
 * Escapes invisible characters as `\u{…}` first, which removes everything that XML 1.0 forbids except the two
 * noncharacters.
 */
function escapeXml(text: string): string {
  return escapeInvisible(text)
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
