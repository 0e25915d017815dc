import { faultsIn, lintText } from '../support/lint.js';

const service = (metadata: string, spec = 'ports: [{port: 80}]\n  selector: {app: web}'): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n${metadata}spec:\n  ${spec}\n`;

/** The messages of errors and warnings about one text. */
async function messages(text: string): Promise<string[]> {
  return (await lintText(text)).filter(({ severity }) => severity !== 'info').map(({ message }) => message);
}

describe('lost indentation is one finding', () => {
  it('at the first field that lost it', async () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\nname: web\nlabels: {app: web}\nspec:\n' +
      'selector: {matchLabels: {app: web}}\ntemplate:\n  metadata: {labels: {app: web}}\n  spec:\n  containers: [{name: a, image: b}]\n';
    expect(await faultsIn(deployment)).toEqual(['schema/unknown-field@4', 'schema/unknown-field@7']);
    expect(await messages(deployment)).toEqual([
      'metadata is empty, and "name" and "labels" are beside it, where the API server refuses them: indent the fields below "metadata".',
      'spec is empty, and "selector" and "template" are beside it, where the API server refuses them: indent the fields below "spec".',
    ]);
  });

  it('of a selector or labels, whose keys are anybody’s', async () => {
    expect(await faultsIn(service('  labels:\n  app: web\n'))).toEqual(['schema/unknown-field@6']);
    expect(await faultsIn(service('', 'selector:\n  app: web\n  ports:\n  - port: 80'))).toEqual([
      'schema/unknown-field@7',
    ]);
  });

  it('of ports that are in no list', async () => {
    const flat = 'type: NodePort\n  port: 80\n  nodePort: 30080\n  protocol: TCP\n  selector: {app: web}';
    expect(await faultsIn(service('', flat))).toEqual(['schema/unknown-field@7']);
    expect(await messages(service('', flat))).toEqual([
      '"port", "nodePort" and "protocol" are outside the items of spec.ports, where the API server refuses them: write the fields in an item of that list.',
    ]);
    expect(await messages(service('', 'port: 80\n  selector: {app: web}'))).toEqual([
      'There is no field "port" in spec: the API server refuses it, or drops it where validation is off; it belongs in spec.ports[].',
    ]);
    expect(
      await faultsIn(service('', 'port: 80\n  slector: {app: web}\n  protocl: TCP\n  ports: [{port: 80}]')),
    ).toEqual(['schema/unknown-field@6', 'schema/unknown-field@7', 'schema/unknown-field@8']);
  });

  it('of the keys of an item of a list, which then lacks them', async () => {
    const pod = (more: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - image: nginx\n${more}`;
    expect(await messages(pod('  name: web\n  command: [a]\n'))).toEqual([
      '"name" and "command" are beside spec.containers[0], where the API server refuses them: indent the fields as deep as the keys of that item.',
    ]);
    expect(await faultsIn(pod('    name: web\n  command: [a]\n'))).toEqual(['schema/unknown-field@8']);
    expect(await faultsIn(pod(''))).toEqual(['schema/invalid@6']);
  });

  it('is none where no field is empty, or another field stands between', async () => {
    expect(await faultsIn(service('', 'selector: {app: web}\n  app: web\n  ports: [{port: 80}]'))).toEqual([
      'schema/unknown-field@7',
    ]);
    expect(await messages(service('', 'selector:\n  ports: [{port: 80}]\n  app: web'))).toContain(
      'There is no field "app" in spec: the API server refuses it, or drops it where validation is off.',
    );
  });
});

describe('messages', () => {
  it('say what a label may contain', async () => {
    expect(await messages(service('  labels: {app: "-x"}\n'))).toEqual([
      'The value "-x" of label "app" may contain only letters, digits, "-", "_" and ".", and must begin and end with a letter or digit, so the API server refuses the Service; rewrite it.',
    ]);
  });

  it('say of a name what it may contain, or that it is too long', async () => {
    const named = (name: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: a, image: b}]}\n`;
    expect(await messages(named('my_map'))).toEqual([
      'metadata.name "my_map" may contain only lower-case letters, digits, "-" and ".", and must begin and end with a letter or digit, so the API server refuses the Pod; rename it.',
    ]);
    expect((await messages(named('a'.repeat(254))))[0]).toContain('has 254 characters, and may have at most 253');
  });

  it('name the field whose last word was written, and what lost its indentation beside its home', async () => {
    const pod = (volumes: string): string =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: b}]\n${volumes}`;
    expect(await messages(pod('      restartPolicy: Never\n      volumes: [{name: a, secret: {name: b}}]\n'))).toEqual([
      'There is no field "name" in spec.template.spec.volumes[0].secret: the API server refuses it, or drops it where validation is off; did you mean secretName?',
    ]);
    expect(await messages(pod('    restartPolicy: Never\n    volumes: [{name: a, emptyDir: {}}]\n'))).toEqual([
      '"restartPolicy" and "volumes" are beside spec.template.spec, where the API server refuses them: indent the fields below "spec".',
    ]);
  });

  it('of a value that is read as no text is one finding', async () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: on}}\n' +
      '  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: a, image: b}]}\n';
    expect(await faultsIn(deployment)).toEqual(['yaml/ambiguous-scalar@5']);
  });

  it('say where a key is set first', async () => {
    expect(await messages(service('  name: other\n'))).toEqual([
      'The key "name" is set twice in one mapping: kubectl silently keeps the last, strict readers refuse the object; remove one of the two (the first is at line 4).',
    ]);
  });

  it.each([
    ['a: {b c, d', 'A list or mapping in brackets is not closed'],
    ['a: [x y: z]: {b c, d', 'A colon follows a value here that cannot be a key'],
    ['a: {self path} of it', 'The value ends with "{self path}", and "of it" follows'],
    ['a: "x" y', 'The value ends with this quote, and "y" follows'],
  ])('tell what is wrong with %j', async (line, message) => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  ${line}\n`;
    expect((await messages(text))[0]).toContain(message);
  });

  const unready = (value: string, more: string): string =>
    service(
      `  annotations: {service.alpha.kubernetes.io/tolerate-unready-endpoints: "${value}"}\n`,
      `clusterIP: None\n  selector: {app: web}${more}`,
    );

  it.each([
    ['true', '\n  publishNotReadyAddresses: true', 'info', 'delete the annotation'],
    ['true', '', 'warning', 'set publishNotReadyAddresses: true'],
    ['false', '', 'info', 'delete it'],
  ])('an annotation without effect that says %s%s is %s: %s', async (value, more, severity, advice) => {
    const found = (await lintText(unready(value, more))).find(
      ({ rule }) => rule === 'service/tolerate-unready-annotation',
    );
    expect(found?.severity).toBe(severity);
    expect(found?.message).toContain(advice);
  });
});
