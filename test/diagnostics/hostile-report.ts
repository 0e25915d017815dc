import type { Finding } from '../../src/diagnostics/finding.js';
import { countSeverities, type Report } from '../../src/diagnostics/report.js';

const web = `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  selector: {app: wbe}
\tports: 端口   # tab and wide characters
  externalTrafficPolicy: Local   ${'# filler '.repeat(40)}
`;

const hostileName = 'overlays/a b,c:%0A"]]>|`<x>#é.yaml';
const hostile = `kind: "::error file=x::%0A ]]> | \u202e <script>"\r\nname: 名\u001b[31mred\r\n`;

/** Findings with every character that has a meaning in some format; every reporter has a golden file for them. */
const findings: readonly Finding[] = [
  {
    rule: 'yaml/syntax',
    severity: 'error',
    file: '<stdin>',
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
    message: 'The document ends inside a quoted text: close the quote.',
  },
  {
    rule: 'service/no-matching-pods',
    severity: 'error',
    file: 'k8s/web.yaml',
    range: { start: { line: 7, column: 3 }, end: { line: 7, column: 11 } },
    message:
      'The selector {app: "wbe"} matches no Pod in "shop", so the Service drops all traffic: mend the selector or the labels.',
    object: { kind: 'Service', namespace: 'shop', name: 'web' },
    path: ['spec', 'selector'],
    fix: { description: 'select app: "web"', edits: [{ startOffset: 89, endOffset: 92, text: 'web' }] },
  },
  {
    rule: 'api/ports-required',
    severity: 'error',
    file: 'k8s/web.yaml',
    range: { start: { line: 8, column: 9 }, end: { line: 8, column: 11 } },
    message: 'A message with a raw\nline break, \u202ebidi\u202c, NUL\u0000, half a pair \ud800 and \u001b[31mcolour.',
    object: { kind: 'Service', namespace: 'shop', name: 'web' },
    path: ['spec', 'ports', 0, 'a.b/c'],
  },
  {
    rule: 'service/local-policy-gap',
    severity: 'warning',
    file: 'k8s/web.yaml',
    range: { start: { line: 9, column: 26 }, end: { line: 9, column: 31 } },
    message: 'Nodes without a Pod drop traffic.',
    object: { kind: 'Service', namespace: 'shop', name: 'web' },
    path: ['spec', 'externalTrafficPolicy'],
  },
  {
    rule: 'service/local-policy-gap',
    severity: 'warning',
    file: 'k8s/web.yaml',
    range: { start: { line: 9, column: 200 }, end: { line: 9, column: 206 } },
    message: 'Nodes without a Pod drop traffic.',
    object: { kind: 'Service', namespace: 'shop', name: 'web' },
    path: ['spec', 'externalTrafficPolicy'],
  },
  {
    rule: 'schema/invalid',
    severity: 'info',
    file: hostileName,
    range: { start: { line: 1, column: 7 }, end: { line: 2, column: 4 } },
    message:
      'A kind "::error file=x::%0A ]]> | `code` *bold* [link](http://example.org) @someone #1 <script>" 100%, really: yes, no.',
    object: { kind: '::error', namespace: '', name: ']]>' },
    path: ['kind'],
    fix: {
      description: 'two edits',
      edits: [
        { startOffset: 6, endOffset: 7, text: "'" },
        { startOffset: 58, endOffset: 58, text: 'é' },
      ],
    },
  },
];

export const hostileReport: Report = {
  toolVersion: '1.2.3',
  findings,
  suppressed: [
    { finding: { ...finding(1), message: 'Accepted.' }, kind: 'inSource', reason: 'labels are added\nby an operator' },
    { finding: { ...finding(3), file: '/elsewhere/a b.yaml' }, kind: 'external', reason: '' },
  ],
  rules: new Map([
    [
      'service/no-matching-pods',
      {
        id: 'service/no-matching-pods',
        severity: 'error',
        summary: 'the selector matches no Pod',
        help: '# service/no-matching-pods\n',
      },
    ],
  ]),
  texts: new Map([
    ['k8s/web.yaml', web],
    [hostileName, hostile],
    ['k8s/clean.yaml', 'kind: Service\n'],
  ]),
  summary: { ...countSeverities(findings), files: 4, objects: 31, skipped: 2 },
  failOn: 'warning',
  workingDirectory: '/repository/with space',
};

function finding(index: number): Finding {
  const found = findings[index];
  if (found === undefined) throw new Error(`no finding ${index}`);
  return found;
}

export const emptyReport: Report = {
  ...hostileReport,
  findings: [],
  suppressed: [],
  summary: { errors: 0, warnings: 0, infos: 0, files: 1, objects: 2, skipped: 0 },
};
