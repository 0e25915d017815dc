import { factsFrom } from '../support/lint.js';
import { workload } from '../support/lint-set.js';
import { lint } from '../../src/lint/run.js';
import { parseManifests } from '../../src/manifests/read.js';

/** Findings about files found in directories, as `rule severity file:line`. */
async function findings(files: Readonly<Record<string, string>>, rules: readonly string[]): Promise<string[]> {
  const texts = Object.entries(files).map(([name, text]) => ({ name, text, found: true as const }));
  const found = (await lint(parseManifests(texts), { facts: factsFrom() })).findings;
  return found
    .filter(({ rule }) => rules.includes(rule))
    .map(({ rule, severity, file, range }) => `${rule} ${severity} ${file}:${range.start.line}`);
}

const service = (name: string, selector: string, more = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  selector: ${selector}\n  ports: [{port: 80${more}}]\n`;
const nodePort = (name: string, number: number): string =>
  service(name, `{app: ${name}}`, `, nodePort: ${number}`).replace('spec:', 'spec:\n  type: NodePort');
const app = (name: string): string => workload({ name, labels: `{app: ${name}}` });

describe('something missing', () => {
  const rule = 'service/no-matching-pods';

  it('is an error where something of the kind stands beside it that nothing else is for', async () => {
    expect(await findings({ 'a/s.yaml': service('web', '{app: x}'), 'a/w.yaml': app('web') }, [rule])).toEqual([
      `${rule} error a/s.yaml:5`,
    ]);
  });

  it('is an info where only strangers of its namespace are there, or what stands beside it has its own', async () => {
    expect(await findings({ 'a/s.yaml': service('web', '{app: x}'), 'b/w.yaml': app('other') }, [rule])).toEqual([
      `${rule} info a/s.yaml:5`,
    ]);
    const files = {
      'a/s.yaml': service('web', '{app: x}'),
      'a/other.yaml': `${service('other', '{app: other}')}---\n${app('other')}`,
    };
    expect(await findings(files, [rule])).toEqual([`${rule} info a/s.yaml:5`]);
  });

  it('is an error where a label is misspelt, and an info where it names another version', async () => {
    expect(await findings({ 'a/s.yaml': service('web', '{app: websop}'), 'b/w.yaml': app('webshop') }, [rule])).toEqual(
      [`${rule} error a/s.yaml:5`],
    );
    const v11 = workload({ name: 'v11', labels: '{app: web, version: v11}' });
    expect(await findings({ 'a/s.yaml': service('web', '{app: web, version: v10}'), 'a/w.yaml': v11 }, [rule])).toEqual(
      [`${rule} info a/s.yaml:5`],
    );
  });

  it('is an info for labels that programs put on their Pods, and an error for others', async () => {
    const store = workload({ kind: 'StatefulSet', name: 'store', labels: '{app: store}' });
    const asks = (label: string): Promise<string[]> =>
      findings({ 'a.yaml': `${service('active', `{app: store, ${label}}`)}---\n${store}` }, [rule]);
    expect(await asks('vault-active: "true"')).toEqual([`${rule} info a.yaml:5`]);
    expect(await asks('role: leader')).toEqual([`${rule} info a.yaml:5`]);
    expect(await asks('tier: front')).toEqual([`${rule} error a.yaml:5`]);
  });
});

describe('alternatives', () => {
  const rules = ['api/duplicate-object', 'api/node-port-conflict'];
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web, namespace: shop}\n';
  const other = account.replace('kind: S', 'automountServiceAccountToken: false\nkind: S');

  it('are told once for a pair of folders, and their node ports do not conflict', async () => {
    const files = {
      'first/web.yaml': `${app('web')}---\n${account}`,
      'first/service.yaml': nodePort('one', 30001),
      'second/web.yaml': `${app('web')}---\n${account}`,
      'second/service.yaml': nodePort('two', 30001),
    };
    expect(await findings(files, rules)).toEqual(['api/duplicate-object info second/web.yaml:3']);
  });

  it('are an info where one cluster may get both, and an error in one folder or a set without alternatives', async () => {
    const first = nodePort('one', 30001);
    const second = nodePort('two', 30001);
    const conflict = 'api/node-port-conflict';
    expect(await findings({ 'a/1.yaml': first, 'b/2.yaml': second }, rules)).toEqual([`${conflict} error b/2.yaml:7`]);
    const others = { 'x/a.yaml': account, 'y/a.yaml': other };
    expect(await findings({ 'a/1.yaml': first, 'b/2.yaml': second, ...others }, [conflict])).toEqual([
      `${conflict} info b/2.yaml:7`,
    ]);
    expect(await findings({ 'a/1.yaml': first, 'a/2.yaml': second, ...others }, [conflict])).toEqual([
      `${conflict} error a/2.yaml:7`,
    ]);
  });

  it('may be two files of one folder, and an object twice in one file is a warning', async () => {
    const rule = 'api/duplicate-object';
    const pair = { 'a/1.yaml': account, 'a/2.yaml': other };
    expect(await findings(pair, [rule])).toEqual([`${rule} info a/2.yaml:4`]);
    expect(await findings({ ...pair, 'a/2.yaml': account }, [rule])).toEqual([`${rule} info a/2.yaml:3`]);
    expect(await findings({ ...pair, 'a/3.yaml': account }, [rule])).toEqual([`${rule} info a/2.yaml:4`]);
    expect(await findings({ 'a/1.yaml': `${account}---\n${other}` }, [rule])).toEqual([`${rule} warning a/1.yaml:8`]);
  });
});

describe('placeholders', () => {
  const named = (name: string): string => service('web', '{app: web}').replace('name: web', `name: ${name}`);

  it.each(['$NAME', '${NAME:-web}', '<name>', '__NAME__', '"{{name}}-x"', 'web-{name}', 'YOUR_NAME', 'REPLACE_ME'])(
    '%s is one note for its file',
    async (name) => {
      const text = `${named(name)}---\n${named(name).replace('port: 80', 'port: 0')}`;
      const found = (await lint(parseManifests([{ name: 'a.yaml', text, found: true }]), { facts: factsFrom() }))
        .findings;
      expect(found.map(({ rule, severity, range }) => `${rule} ${severity} ${range.start.line}`)).toEqual(
        name.includes('{{') ? [] : ['yaml/placeholder info 3'],
      );
    },
  );

  it('is an error where it is about to be used, and no word of names that are wrong without one', async () => {
    const errors = async (text: string, name = 'a.yaml', onlyRefusals = false): Promise<string[]> =>
      (await lint(parseManifests([{ name, text }]), { facts: factsFrom(), onlyRefusals })).findings
        .filter(({ severity }) => severity === 'error')
        .map(({ rule }) => rule);
    expect(await errors(named('$NAME'))).toEqual([]);
    expect(await errors(named('$NAME'), '<stdin>')).toEqual(['yaml/placeholder']);
    expect(await errors(named('$NAME'), 'a.yaml', true)).toEqual(['yaml/placeholder']);
    expect(await errors(named('My_Web'))).toEqual(['api/service-name']);
  });

  it('is looked for where the text cannot be read, and left alone where nothing is refused', async () => {
    const broken = `${service('web', '{app: web}')}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {self.path}-x\n`;
    expect(await findings({ 'a.yaml': broken }, ['yaml/placeholder', 'yaml/syntax'])).toEqual([
      'yaml/placeholder info a.yaml:11',
    ]);
    const args = workload({ container: "args: ['--ip=$(POD_IP)'], image: '${IMAGE}'" }).replace('image: example, ', '');
    expect(await findings({ 'a.yaml': args }, ['yaml/placeholder'])).toEqual([]);
  });
});
