import type { LintRule } from '../../rule.js';

export const notBuilt: LintRule = {
  id: 'kustomize/not-built',
  severity: 'info',
  documentation: {
    summary: 'A part of the kustomization cannot be built here, so findings it could settle are infos',
    why: `Nothing is fetched and no other program is run: remote resources, charts, plugins and transformers of somebody else are left out of the
build, and so is what needs them. A Service is not called broken if its Pods may come from such a part: where objects are missing, findings about
something that is not there are infos; where anything may be changed, all findings about objects are.`,
    remedy: 'Lint the finished build: `kubectl kustomize FOLDER | kubechains lint -`, with `--enable-helm` for charts.',
    falseAlarm: 'It blames nobody: it says what is not known here. Lint the finished build to get rid of it.',
    bad: `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- https://example.com/install.yaml
`,
    good: `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
configMapGenerator:
- name: settings
  literals: [level=info]
`,
    sources: ['https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/'],
  },
  check: () => [],
};
