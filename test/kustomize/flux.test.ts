/** What Flux adds to kustomizations (https://fluxcd.io/flux/components/kustomize/kustomizations/). */
import { refuseAlternatives } from '../../src/commands/kustomizations.js';
import { lint } from '../../src/lint/run.js';
import { factsFrom } from '../support/lint.js';
import { built, told } from './support.js';

const flux = (spec: string, name = 'web'): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: flux-system}\nspec: ${spec}\n`;
const service =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n';
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{name: http, containerPort: 8080}], readinessProbe: {exec: {command: [a]}}}]}
`;
const app = {
  'apps/web/app/kustomization.yaml': 'resources: [web.yaml]\n',
  'apps/web/app/web.yaml': `${service}---\n${deployment}`,
};
const component = {
  'components/side/kustomization.yaml':
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [side.yaml]\n',
  'components/side/side.yaml': deployment.replaceAll('web', 'side'),
};

function objectsOf(files: Readonly<Record<string, string>>): string[] {
  return (built(files).builds ?? []).flatMap(({ objects }) =>
    objects.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
  );
}

async function findings(files: Readonly<Record<string, string>>): Promise<string[]> {
  const found = (await lint(built(files), { facts: factsFrom() })).findings;
  return found
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, file, range }) => `${file}:${range.start.line} ${rule}`);
}

describe('a Flux Kustomization', () => {
  it('puts everything into its namespace', async () => {
    const other = deployment.replaceAll('web', 'other').replace('{name: other}', '{name: other, namespace: shop}');
    const files = (path: string): Record<string, string> => ({
      ...app,
      'apps/web/app/kustomization.yaml': 'resources: [web.yaml, other.yaml]\n',
      'apps/web/app/other.yaml': other,
      'apps/web/ks.yaml': flux(`{targetNamespace: shop, path: ./apps/web/${path}}`),
    });
    expect(objectsOf(files('app'))).toEqual(['Service shop/web', 'Deployment shop/web', 'Deployment shop/other']);
    expect(await findings(files('app'))).toEqual([]);
    expect(await findings(files('elsewhere'))).toEqual(['apps/web/app/web.yaml:4 service/no-matching-pods']);
  });

  it('of several with one path builds it once for each namespace', () => {
    const two = (one: string, other: string): string =>
      `${flux(`{targetNamespace: ${one}, path: apps/web/app}`)}---\n${flux(`{targetNamespace: ${other}, path: apps/web/app}`)}`;
    expect(objectsOf({ ...app, 'ks.yaml': two('a', 'b') })).toEqual([
      'Service a/web',
      'Deployment a/web',
      'Service b/web',
      'Deployment b/web',
    ]);
    expect(objectsOf({ ...app, 'ks.yaml': two('a', 'a') })).toHaveLength(2);
  });

  it('adds components and patches', () => {
    const more = `{path: apps/web/app, components: [../../../components/side], patches: [{patch: '[{op: replace, path: /metadata/name, value: shop}]', target: {kind: Service}}]}`;
    expect(objectsOf({ ...app, ...component, 'ks.yaml': flux(more) })).toEqual([
      'Service shop/shop',
      'Deployment /web',
      'Deployment /side',
    ]);
    expect(told(built({ ...app, ...component, 'ks.yaml': flux(more) }))).toEqual([]);
    expect(told(built({ ...app, ...component }))).toEqual([
      expect.stringContaining('a component is built as part of a kustomization'),
    ]);
  });

  it('with a component that is not there cannot be built', async () => {
    expect(await findings({ ...app, 'ks.yaml': flux('{path: apps/web/app, components: [../side]}') })).toContain(
      'ks.yaml:4 kustomize/build',
    );
  });

  it('means the folder next to it where a path has variables or several folders end with it', () => {
    const files = {
      'clusters/a/web/kustomization.yaml': 'resources: [web.yaml]\n',
      'clusters/a/web/web.yaml': deployment,
      'clusters/b/web/kustomization.yaml': 'resources: [web.yaml]\n',
      'clusters/b/web/web.yaml': deployment,
    };
    for (const path of ['clusters/${CLUSTER}/web', 'web'])
      expect(objectsOf({ ...files, 'clusters/b/ks.yaml': flux(`{targetNamespace: shop, path: "./${path}"}`) })).toEqual(
        ['Deployment /web', 'Deployment shop/web'],
      );
  });

  it.each([
    [
      'of kustomize itself',
      'apiVersion: kustomize.toolkit.fluxcd.io/v1',
      'apiVersion: kustomize.config.k8s.io/v1beta1',
    ],
    ['without anything to add', 'targetNamespace: shop, ', ''],
    ['for the whole repository', 'apps/web/app', './'],
  ])('%s changes nothing', (_, written, instead) => {
    const text = flux('{targetNamespace: shop, path: apps/web/app}').replace(written, instead);
    expect(objectsOf({ ...app, 'ks.yaml': text })).toEqual(['Service shop/web', 'Deployment /web']);
  });
});

describe('applications with one component', () => {
  const ingress = (name: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\nspec: {defaultBackend: {service: {name: ${name}, port: {number: 80}}}}\n`;
  const files = (use: string): Record<string, string> => ({
    'components/side/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [side.yaml]\n',
    'components/side/side.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: side}\n',
    'web/kustomization.yaml': `resources: [web.yaml]\n${use}`,
    'web/web.yaml': `${service}---\n${deployment.replace('{name: web}', '{name: web, namespace: shop}')}`,
    'door/kustomization.yaml': `resources: [door.yaml]\n${use}`,
    'door/door.yaml': `${ingress('web')}---\n${service.replaceAll('web', 'door')}`,
  });

  it('are one cluster, as is one kustomization in several namespaces', () => {
    const set = built(files('components: [../components/side]\n'));
    expect(set.builds).toHaveLength(2);
    expect(() => {
      refuseAlternatives(set);
    }).not.toThrow();
    const both =
      flux('{targetNamespace: a, path: apps/web/app}') + '---\n' + flux('{targetNamespace: b, path: apps/web/app}');
    expect(() => {
      refuseAlternatives(built({ ...app, 'ks.yaml': both }));
    }).not.toThrow();
    const overlays = {
      'dev/kustomization.yaml': 'resources: [../web]\n',
      'prod/kustomization.yaml': 'resources: [../web]\n',
    };
    expect(() => {
      refuseAlternatives(built({ ...files(''), ...overlays }));
    }).toThrow('build the same files');
  });

  it('see each other, as those without do', async () => {
    for (const use of ['', 'components: [../components/side]\n']) {
      const found = await findings(files(use));
      expect(found.filter((one) => one.includes('ingress/'))).toEqual([]);
    }
  });
});
