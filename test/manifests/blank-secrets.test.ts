import fc from 'fast-check';
import { stringify } from 'yaml';
import { blankSecrets } from '../../src/manifests/blank-secrets.js';
import { parseManifests } from '../../src/manifests/read.js';

function blanked(text: string, name = 'a.yaml'): string {
  return blankSecrets([{ name, text }])[0]?.text ?? '';
}

describe('Secrets in texts', () => {
  it('keep their lines, keys and quotes, and lose their values', () => {
    const text = `apiVersion: v1
kind: Secret
metadata:
  name: db # the database's
  annotations:
    note: stays
    kubectl.kubernetes.io/last-applied-configuration: |
      {"kind":"Secret","data":{"password":"aHVudGVyMg=="}}
data:
  password: aHVudGVyMg==
  "user": 'cm9vdA=='
  empty: ""
  none:
stringData:
  long: |-
    hunter2
      and more

    last
  folded: "one
    two\\"three"
  many: &many hunter3
  again: *many
---
apiVersion: v1
kind: ConfigMap
metadata: {name: stays}
data: {note: hunter is no secret here}
`;
    expect(blanked(text)).toBe(`apiVersion: v1
kind: Secret
metadata:
  name: db # the database's
  annotations:
    note: stays
    kubectl.kubernetes.io/last-applied-configuration: |
      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx==xxx
data:
  password: xxxxxxxxxx==
  "user": 'xxxxxx=='
  empty: ""
  none:
stringData:
  long: |-
    xxxxxxx
      xxx xxxx

    xxxx
  folded: "xxx
    xxxxxxxxxx"
  many: &many xxxxxxx
  again: *many
---
apiVersion: v1
kind: ConfigMap
metadata: {name: stays}
data: {note: hunter is no secret here}
`);
  });

  it.each([
    [
      'a List',
      '{"apiVersion":"v1","kind":"List","items":[{"kind":"Secret","data":{"a":"hunter"}},{"kind":"Service"}]}',
    ],
    ['a SecretList', '{"kind":"SecretList","apiVersion":"v1","items":[{"data":{"a":"hunter"}}]}'],
    ['JSON values in a row', '{"kind":"ConfigMap"}\n{"kind":"Secret","stringData":{"a":"hun\\"ter"}}'],
    ['flow YAML', '{kind: Secret, data: {a: hunter, b: [hunter], c: {d: hunter}}}'],
    ['quoted keys', '"kind": "Secret"\n"data": {"a": "hunter"}'],
    ['merge keys', 'base: &base {a: hunter}\n---\nkind: Secret\ndata: &d\n  b: hunter\n'],
    ['what cannot be read', 'kind: Secret\ndata: {a: hunter\n'],
    ['Windows lines', 'kind: Secret\r\ndata:\r\n  a: |\r\n    hunter\r\n'],
    ['a byte order mark', '\ufeffkind: Secret\ndata: {a: hunter}'],
  ])('lose their values in %s', (what, text) => {
    const result = blanked(text);
    expect(result).toHaveLength(text.length);
    expect(result.replace(what === 'merge keys' ? /^.*\n/ : '', '')).not.toMatch(/hun|ter/);
    expect(result.split('\n').map(({ length }) => length)).toEqual(text.split('\n').map(({ length }) => length));
  });

  it('of generators of kustomize lose literals and the files that they name', () => {
    const kustomization = `secretGenerator:
- name: db
  literals: [password=hunter2, "user='hunter'"]
  files: [key=../keys/tls.key]
  envs: [db.env]
configMapGenerator:
- name: plain
  literals: [note=stays]
`;
    const sources = [
      { name: 'app/base/kustomization.yaml', text: kustomization },
      { name: 'app/base/db.env', text: 'A=hunter\nB=hunter==\n' },
      { name: 'app/keys/tls.key', text: '-----BEGIN KEY-----\nhunter\n' },
      { name: 'other.env', text: 'A=stays' },
    ];
    const [own, env, key, other] = blankSecrets(sources).map(({ text }) => text);
    expect(own).toContain('literals: [password=xxxxxxx, "user=xxxxxxxx"]');
    expect(own).toContain('literals: [note=stays]');
    expect(env).toBe('A=xxxxxx\nB=xxxxxx==\n');
    expect(key).toBe('xxxxxxxxxx xxxxxxxx\nxxxxxx\n');
    expect(other).toBe('A=stays');
  });

  it('leave texts that have none as the same objects', () => {
    const source = { name: 'a.yaml', text: 'kind: Service\nimagePullSecrets: []' };
    expect(blankSecrets([source])[0]).toBe(source);
  });

  it('never hold a value afterwards, and read as the same objects with the same keys', () => {
    const word = fc.stringMatching(/^[0-9]{1,3}ZQ[ -~]{0,12}$/);
    const key = fc.stringMatching(/^[a-w]{3,8}$/);
    const secret = fc.record({ data: fc.dictionary(key, word), stringData: fc.dictionary(key, word) });
    const layout = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED', 'JSON');
    fc.assert(
      fc.property(secret, layout, (given, style) => {
        const value = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...given };
        const text =
          style === 'JSON'
            ? JSON.stringify(value)
            : // Kubernetes reads YAML 1.1, in which a plain key "off" is a boolean.
              stringify(value, { version: '1.1', defaultStringType: style as 'PLAIN', defaultKeyType: 'PLAIN' });
        const result = blanked(text);
        expect(result).not.toContain('ZQ');
        const [object] = parseManifests([{ name: 'a.yaml', text: result }]).objects;
        const keys = (part: unknown): string[] => Object.keys(part ?? {});
        expect(keys(object?.value.data)).toEqual(keys(given.data));
        expect(keys(object?.value.stringData)).toEqual(keys(given.stringData));
      }),
      { examples: [[{ data: {}, stringData: { off: '0ZQ' } }, 'PLAIN']] },
    );
  });
});
