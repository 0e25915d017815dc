import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Finding } from '../../src/diagnostics/finding.js';
import { reporterNamed } from '../../src/diagnostics/reporters/index.js';
import type { Report } from '../../src/diagnostics/report.js';
import { emptyReport, hostileReport } from './hostile-report.js';

const style = { color: false, width: 100, quiet: false };

function render(format: string, report: Report = hostileReport): string {
  return reporterNamed(format)?.report(report, style) ?? '';
}

function renderOne(format: string, change: Partial<Finding>): string {
  const [first] = hostileReport.findings;
  if (first === undefined) throw new Error('no finding');
  return render(format, { ...hostileReport, findings: [{ ...first, ...change }], suppressed: [] });
}

describe('json', () => {
  it('gives messages back as they were, whatever is in them', () => {
    const { findings } = JSON.parse(render('json')) as { findings: { message: string }[] };
    expect(findings.map(({ message }) => message)).toEqual(hostileReport.findings.map(({ message }) => message));
  });

  it('has the fields of the contract and no others', () => {
    const { findings, summary } = JSON.parse(render('json')) as { findings: object[]; summary: object };
    const fields = ['rule', 'severity', 'message', 'file', 'line', 'column', 'endLine', 'endColumn', 'object', 'path'];
    expect(findings.map((finding) => Object.keys(finding))).toEqual(
      hostileReport.findings.map(({ fix }) => (fix === undefined ? fields : [...fields, 'fix'])),
    );
    expect(summary).toEqual({ errors: 3, warnings: 2, infos: 1, files: 4, objects: 31 });
  });
});

describe('sarif', () => {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(join(__dirname, 'sarif-parts.schema.json'), 'utf8')) as object);

  it.each([
    ['hostile findings', hostileReport],
    ['no findings', emptyReport],
  ])('is valid with %s', (_, report) => {
    validate(JSON.parse(render('sarif', report)));
    expect(validate.errors).toBeNull();
  });

  const fingerprintOf = (change: Partial<Finding>): string | undefined =>
    /"kubechains\/v1": "(\w+)"/.exec(renderOne('sarif', change))?.[1];

  it('keeps a fingerprint when lines move, in the finding and in its message', () => {
    const there = fingerprintOf({ message: 'The same as in web.yaml:12.' });
    expect(
      fingerprintOf({
        message: 'The same as in web.yaml:99.',
        range: { start: { line: 40, column: 2 }, end: { line: 40, column: 3 } },
      }),
    ).toBe(there);
    expect(fingerprintOf({ message: 'Another.' })).not.toBe(there);
  });

  it('never repeats a fingerprint', () => {
    const prints = [...render('sarif').matchAll(/"kubechains\/v1": "(\w+)"/g)].map(([, print]) => print);
    expect(prints).toHaveLength(8);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('writes names outside the working directory as absolute URIs', () => {
    expect(renderOne('sarif', { file: '../k8s/a b.yaml' })).toContain('"uri": "file:///repository/k8s/a%20b.yaml"');
  });
});

describe('junit', () => {
  /** Checks that tags are balanced and text contains no bare markup; a minimal parser. */
  function open(xml: string): string[] {
    const stack: string[] = [];
    const body = xml.replace(/^<\?xml[^>]*\?>\n/, '');
    const rest = body.replace(
      /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
      (_, close: string, name: string, __, empty: string) => {
        if (close !== '' && stack.pop() !== name) throw new Error(`</${name}> closes another element`);
        if (close === '' && empty === '') stack.push(name);
        return '';
      },
    );
    if (/[<>]|&(?!amp;|lt;|gt;|quot;|apos;)/.test(rest)) throw new Error('bare markup in text');
    return stack;
  }

  it.each([
    ['hostile findings', hostileReport],
    ['no findings', emptyReport],
  ])('is well-formed with %s', (_, report) => {
    expect(open(render('junit', report))).toEqual([]);
  });

  it('counts as failures what makes the run fail', () => {
    expect(render('junit')).toContain('<testsuites name="kubechains" tests="7" failures="5" errors="0">');
    expect(render('junit', { ...hostileReport, failOn: 'error' })).toContain('tests="7" failures="3"');
  });

  it('passes over what XML 1.0 forbids', () => {
    expect(renderOne('junit', { message: 'a\u0000\ufffe\ud800\u000bb' })).toContain('a\\u{0}\\u{d800}\\u{b}b');
  });
});

describe('github', () => {
  /** How the runner parses a line (ActionCommand): properties and data, unescaped. */
  function readCommand(line: string): { command: string; properties: Record<string, string>; data: string } {
    const [, command = '', list = '', data = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
    const unescape = (text: string): string =>
      text
        .replaceAll('%0D', '\r')
        .replaceAll('%0A', '\n')
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',')
        .replaceAll('%25', '%');
    const properties = Object.fromEntries(
      list.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))]),
    );
    return { command, properties, data: data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%') };
  }

  it('is read by the runner as it was meant', () => {
    const message = 'Ends: 100%, %0A, a::b';
    const { command, properties, data } = readCommand(
      renderOne('github', { file: './a,b:c%0A.yaml', message }).trimEnd(),
    );
    expect(command).toBe('error');
    expect(properties).toMatchObject({ file: 'a,b:c%0A.yaml', line: '1', title: 'yaml/syntax' });
    expect(data).toBe(message);
  });

  it('gives one line per finding, the worst first', () => {
    const lines = render('github').trimEnd().split('\n');
    expect(lines.map((line) => /^::(\w+) /.exec(line)?.[1])).toEqual([
      'error',
      'error',
      'error',
      'warning',
      'warning',
      'notice',
    ]);
  });

  it('gives columns for places within one line only', () => {
    expect(
      renderOne('github', { range: { start: { line: 1, column: 4 }, end: { line: 3, column: 2 } } }),
    ).not.toContain('col=');
  });
});

describe('gitlab', () => {
  it('has the properties GitLab demands, and no fingerprint twice', () => {
    const issues = JSON.parse(render('gitlab')) as {
      fingerprint: string;
      severity: string;
      location: { path: string };
    }[];
    expect(issues.map(({ severity }) => severity)).toEqual([
      'critical',
      'critical',
      'critical',
      'major',
      'major',
      'info',
    ]);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    expect((JSON.parse(renderOne('gitlab', { file: './k8s/web.yaml' })) as typeof issues)[0]?.location.path).toBe(
      'k8s/web.yaml',
    );
  });
});

describe('rdjson', () => {
  it('counts columns in bytes of UTF-8', () => {
    const report = { ...hostileReport, texts: new Map([['<stdin>', 'é端😀x']]) };
    const [first] = hostileReport.findings;
    if (first === undefined) throw new Error('no finding');
    const text = render('rdjson', {
      ...report,
      findings: [{ ...first, range: { start: { line: 1, column: 3 }, end: { line: 1, column: 5 } } }],
    });
    const { diagnostics } = JSON.parse(text) as { diagnostics: { location: { range: unknown } }[] };
    expect(diagnostics[0]?.location.range).toEqual({ start: { line: 1, column: 6 }, end: { line: 1, column: 10 } });
  });

  it('suggests a fix of several edits as one replacement', () => {
    const { diagnostics } = JSON.parse(render('rdjson')) as { diagnostics: { suggestions?: { text: string }[] }[] };
    expect(diagnostics.at(-1)?.suggestions?.[0]?.text).toBe(
      `'::error file=x::%0A ]]> | \u202e <script>"\r\nname: 名\u001b[31mé`,
    );
  });
});

describe('markdown', () => {
  it('stays below what GitHub takes for a comment, and says what it left out', () => {
    const [first] = hostileReport.findings;
    if (first === undefined) throw new Error('no finding');
    const many = Array.from({ length: 5000 }, () => first);
    const text = render('markdown', { ...hostileReport, findings: many });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/… and \d+ more\. Run `kubechains lint` to see all of them\.\n$/);
  });

  it('keeps cells, mentions and tags apart from text', () => {
    expect(renderOne('markdown', { message: 'a|b @team <img> `x` #12' })).toContain(
      '| a\\|b &#64;team &#60;img&#62; \\`x\\` &#35;12 |',
    );
  });
});
