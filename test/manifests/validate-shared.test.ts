import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../../src/manifests/read.js';
import type { ManifestSet } from '../../src/manifests/types.js';
import { validateObjects } from '../../src/manifests/validate.js';
import { describeWithSharedData, hasSharedData, sharedPath } from '../support/shared.js';

interface Expectation {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly args: readonly string[];
        readonly findings: readonly { readonly rule: string; readonly line: number }[];
      }
    >
  >;
}

const ours = /^(?:schema\/|yaml\/ambiguous-scalar$)/;

function parseFile(file: string): ManifestSet {
  return parseManifests([{ name: file, text: readFileSync(file, 'utf8'), found: true }]);
}

function filesBelow(directory: string, ending: RegExp): string[] {
  if (!hasSharedData) return [];
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((file) => ending.test(file))
    .sort();
}

/** `file:line rule` for each finding about a schema. */
async function validateFile(directory: string, file: string, minor: number): Promise<string[]> {
  const findings = await validateObjects(parseFile(join(directory, file)).objects, { minor });
  return findings.map(({ rule, range }) => `${file}:${range.start.line} ${rule}`);
}

describeWithSharedData('the lint cases', () => {
  const directory = sharedPath('conformance', 'lint');

  it.each(filesBelow(directory, /expect\.json$/).map((file) => [file.replace('/expect.json', '')]))(
    '%s',
    async (rule) => {
      const { files } = JSON.parse(readFileSync(join(directory, rule, 'expect.json'), 'utf8')) as Expectation;
      for (const [file, { args, findings }] of Object.entries(files)) {
        const version = /^1\.(\d+)$/.exec(args[args.indexOf('--kube-version') + 1] ?? '')?.[1];
        const expected = findings
          .filter((finding) => ours.test(finding.rule))
          .map((finding) => `${file}:${finding.line} ${finding.rule}`);
        expect(await validateFile(join(directory, rule), file, Number(version ?? 36))).toEqual(expected);
      }
    },
  );
});

describeWithSharedData('real manifests', () => {
  const directory = sharedPath('corpus', 'manifests');

  /** Each was examined: the API server of 1.36 rejects them. */
  const refused = [
    // the path type is `exact`, which does not exist
    ...[
      'fanout.yaml:19',
      'fanout.yaml:26',
      'nohost.yaml:16',
      'nohost.yaml:25',
      'nohost.yaml:34',
      'tls.yaml:31',
      'virtualhosting.yaml:16',
      'virtualhosting.yaml:25',
    ].map((place) => `ContainerSolutions+kubernetes-examples/Ingress/${place} schema/invalid`),
    // spec.backend is defaultBackend since networking.k8s.io/v1
    'ContainerSolutions+kubernetes-examples/cloud-providers/gcp/https-ready-alb/https-ready-alb.yaml:42 schema/unknown-field',
    // spec.ipFamily was replaced by ipFamilies in 1.20. A template for sed: no object can have the name
    // process-item-$ITEM.
    'kubernetes+website/content/en/examples/application/job/job-tmpl.yaml:4 schema/invalid',
    'kubernetes+website/content/en/examples/service/networking/dual-stack-ipv6-svc.yaml:6 schema/unknown-field',
    // awsElasticBlockStore without a volumeID, which readers are supposed to fill in
    'wardviaene+kubernetes-course/volumes/helloworld-with-volume.yml:27 schema/invalid',
  ];

  it('have no mistakes but those that the API server refuses too', async () => {
    const found: string[] = [];
    for (const file of filesBelow(directory, /\.(?:ya?ml|json)$/))
      found.push(...(await validateFile(directory, file, 36)));
    expect(found.filter((finding) => !finding.endsWith('schema/removed-api'))).toEqual(refused);
  });

  it('of removed versions are those that the deprecation guide lists', async () => {
    const removed = new Set<string>();
    for (const file of filesBelow(directory, /\.(?:ya?ml|json)$/)) {
      const { objects } = parseFile(join(directory, file));
      for (const object of objects) {
        const [finding] = await validateObjects([object], { minor: 36 });
        if (finding?.rule === 'schema/removed-api') removed.add(`${object.apiVersion} ${object.kind}`);
      }
    }
    expect([...removed].sort()).toEqual([
      'apiregistration.k8s.io/v1beta1 APIService',
      'extensions/v1beta1 Ingress',
      'flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema',
      'policy/v1beta1 PodSecurityPolicy',
      'rbac.authorization.k8s.io/v1beta1 ClusterRole',
      'rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding',
      'rbac.authorization.k8s.io/v1beta1 Role',
      'rbac.authorization.k8s.io/v1beta1 RoleBinding',
      'settings.k8s.io/v1alpha1 PodPreset',
      'storage.k8s.io/v1beta1 StorageClass',
    ]);
  });
});
