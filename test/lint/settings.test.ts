import fc from 'fast-check';
import type { Finding } from '../../src/diagnostics/finding.js';
import { parseNodePortRange, parseServiceCIDRs } from '../../src/lint/settings-facts.js';
import { matchesGlob, matchesPath } from '../../src/lint/settings-glob.js';
import { applyIgnore, matchesObject } from '../../src/lint/settings-ignore.js';
import { readSettings, type Settings } from '../../src/lint/settings.js';

const ids = [
  'service/no-endpoints',
  'service/no-readiness-probe',
  'api/port-duplicate',
  'kubechains/unused-suppression',
];

function settingsOf(text: string): Settings {
  const { settings, problems } = readSettings({ name: 'kubechains.yaml', text }, ids);
  expect(problems).toEqual([]);
  return settings;
}

function problemsOf(text: string): string[] {
  return readSettings({ name: 'kubechains.yaml', text }, ids).problems.map(
    ({ message, range: { start } }) => `${start.line}:${start.column} ${message}`,
  );
}

describe('settings', () => {
  it('read all that there is to say', () => {
    const settings = settingsOf(`rules:
  service/no-readiness-probe: off
  api/port-duplicate: warning
ignore:
  - {rule: service/no-endpoints, path: legacy/, object: Service shop/*, reason: filled by hand}
kubeVersion: 1.30
serviceCIDR: [10.96.0.0/12, fd00::/108]
serviceNodePortRange: 30000-31000
failOn: warning
baseline: baseline.json
`);
    expect([...settings.severities]).toEqual([
      ['service/no-readiness-probe', 'off'],
      ['api/port-duplicate', 'warning'],
    ]);
    expect(settings.ignore).toMatchObject([
      { rule: 'service/no-endpoints', path: 'legacy/', object: 'Service shop/*', reason: 'filled by hand' },
    ]);
    expect(settings.facts).toMatchObject({
      version: { minor: 30 },
      serviceCIDRs: [{ length: 12 }, { length: 108 }],
      nodePortRange: { from: 30000, to: 31000 },
    });
    expect(settings).toMatchObject({ failOn: 'warning', baseline: 'baseline.json' });
  });

  it('are empty in an empty file', () => {
    expect(settingsOf('# nothing\n').severities.size).toBe(0);
  });

  it('let a category stand for its rules, and a rule stand over its category', () => {
    const { severities } = settingsOf('rules:\n  service/no-endpoints: error\n  service/*: off\n');
    expect(severities.get('service/no-endpoints')).toBe('error');
    expect(severities.get('service/no-readiness-probe')).toBe('off');
    expect(settingsOf('rules: {"*": off}').severities.size).toBe(ids.length);
  });

  it.each([
    [
      'rules:\n  service/no-endpoint: off\n',
      '2:3 there is no rule "service/no-endpoint": did you mean service/no-endpoints?',
    ],
    [
      'rules:\n  service/no-endpoints: fatal\n',
      '2:25 service/no-endpoints takes off, info, warning, error; not "fatal"',
    ],
    ['rule: {}\n', '1:1 there is no setting "rule": did you mean rules?'],
    ['ignore: service/no-endpoints\n', '1:9 ignore takes a list of {rule, path, object, reason}'],
    [
      'ignore:\n  - reason: x\n',
      '2:3 an entry of ignore needs a rule, a path or an object; to turn a rule off, use rules',
    ],
    [
      'ignore:\n  - {rule: a/b}\n',
      '2:12 there is no rule "a/b"; there are service/no-endpoints, service/no-readiness-probe, api/port-duplicate, kubechains/unused-suppression',
    ],
    ['kubeVersion: 1.3\n', '1:14 kubeVersion takes a version from 1.25 to 1.37; not "1.3"'],
    [
      'serviceCIDR: 10.96.0.0\n',
      '1:14 serviceCIDR takes one prefix per address family, such as 10.96.0.0/12; not "10.96.0.0"',
    ],
    ['serviceNodePortRange: 9-1\n', '1:23 serviceNodePortRange takes two ports, such as 30000-32767; not "9-1"'],
    ['failOn: [error]\n', '1:1 failOn takes a text, not a list'],
    ['- a\n', '1:1 the settings are a mapping'],
  ])('say where and what is wrong: %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('say where they stop being YAML', () => {
    expect(problemsOf('rules: {\n')).toHaveLength(1);
  });

  it('take no harm from any YAML', () => {
    const anything = fc.oneof(
      fc.json(),
      fc.json().map((json) => `{rules: ${json}}`),
      fc.json().map((json) => `{ignore: [${json}], serviceCIDR: ${json}}`),
      fc.string(),
    );
    fc.assert(
      fc.property(anything, (text) => Array.isArray(readSettings({ name: 'x', text }, ids).problems)),
      { numRuns: 200 },
    );
  });
});

describe('ignore', () => {
  const finding = (change: Partial<Finding> = {}): Finding => ({
    rule: 'service/no-endpoints',
    severity: 'warning',
    message: 'm',
    file: 'k8s/legacy/a.yaml',
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
    object: { kind: 'Service', namespace: 'shop', name: 'web' },
    ...change,
  });
  const place = { settingsDirectory: '/repository', workingDirectory: '/repository/k8s/..' };
  const entry = (text: string): Settings['ignore'] => settingsOf(`ignore: [${text}]`).ignore;

  it.each([
    ['{rule: service/no-endpoints}', true],
    ['{rule: service/*}', true],
    ['{rule: api/port-duplicate}', false],
    ['{path: legacy}', true],
    ['{path: k8s/*.yaml}', false],
    ['{object: Service shop/web}', true],
    ['{rule: service/no-endpoints, path: other}', false],
    ['{path: legacy, object: Service web}', true],
  ])('%s accepts: %s', (text, accepted) => {
    expect(applyIgnore([finding()], entry(text), place).suppressed).toHaveLength(accepted ? 1 : 0);
  });

  it('never takes a finding without an object for one with', () => {
    const { range, rule, severity, message, file } = finding();
    expect(
      applyIgnore([{ range, rule, severity, message, file }], entry('{object: "* *"}'), place).findings,
    ).toHaveLength(1);
  });

  it('counts paths from the settings file, wherever the command runs', () => {
    const elsewhere = { settingsDirectory: '/repository', workingDirectory: '/repository/k8s/legacy' };
    expect(applyIgnore([finding({ file: 'a.yaml' })], entry('{path: k8s/legacy/*.yaml}'), elsewhere).findings).toEqual(
      [],
    );
  });

  it('says which entries fit nothing', () => {
    expect(
      applyIgnore([finding()], [...entry('{path: legacy}'), ...entry('{path: other}')], place).unused,
    ).toMatchObject([{ path: 'other' }]);
  });
});

describe('patterns', () => {
  it.each([
    ['a/b/c.yaml', 'c.yaml', true],
    ['a/b/c.yaml', '*.yaml', true],
    ['a/b/c.yaml', 'b', true],
    ['a/b/c.yaml', 'b/', true],
    ['a/b/c.yaml', 'a/*', true],
    ['a/b/c.yaml', 'b/c.yaml', false],
    ['a/b/c.yaml', '/b', false],
    ['a/b/c.yaml', '**/c.yaml', true],
    ['c.yaml', '**/c.yaml', true],
    ['a/xc.yaml', '**/c.yaml', false],
    ['a/b/c.yaml', './a', true],
    ['ab', 'a', false],
    ['../x/c.yaml', 'c.yaml', true],
    ['../x/c.yaml', '../x/*', true],
    ['app/[id]/c.yaml', 'app/[id]/*', true],
    ['app/i/c.yaml', 'app/[id]', false],
    ['{a}/c.yaml', '{a}', true],
    ['.github/c.yaml', '*.yaml', true],
    ['a(b)/c.yaml', 'a(b)/**', true],
    ['a/b/c.yaml', 'a/**/c.yaml', true],
    ['a/c.yaml', 'a/**/c.yaml', true],
  ])('path %s, pattern %s: %s', (path, pattern, matches) => {
    expect(matchesPath(path, pattern)).toBe(matches);
  });

  it.each([
    ['Service shop/web', true],
    ['Service */web', true],
    ['* shop/*', true],
    ['Service web', true],
    ['Service', true],
    ['Service default/web', false],
    ['Deployment shop/web', false],
    ['Service shop/we?', true],
    ['Service shop/w', false],
    ['Service/shop/web', true],
    ['Service/web', true],
    ['Service/default/web', false],
  ])('object Service shop/web, pattern %s: %s', (pattern, matches) => {
    expect(matchesObject({ kind: 'Service', namespace: 'shop', name: 'web' }, pattern)).toBe(matches);
  });

  it('reads no namespace as default', () => {
    expect(matchesObject({ kind: 'Service', namespace: '', name: 'web' }, 'Service default/web')).toBe(true);
  });

  it('takes linear time where backtracking would not end', () => {
    expect(matchesGlob('a'.repeat(2000), `${'*a'.repeat(200)}b`)).toBe(false);
  });

  it('reads ranges as kube-apiserver does', () => {
    expect(parseNodePortRange('30000+100')).toEqual({ from: 30000, to: 30100 });
    expect(parseNodePortRange('30000')).toEqual({ from: 30000, to: 30000 });
    expect(parseNodePortRange('0-10')).toBeUndefined();
    expect(parseServiceCIDRs('10.0.0.0/8,10.1.0.0/16')).toBeUndefined();
  });
});
