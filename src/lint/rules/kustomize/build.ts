import type { LintRule } from '../../rule.js';

export const build: LintRule = {
  id: 'kustomize/build',
  severity: 'error',
  documentation: {
    summary: 'kustomize refuses to build the kustomization',
    why: `\`kubectl apply -k\` and everything else that builds a kustomization stops at the first such fault, and nothing of it is applied: a file
that is not there, a patch for an object that is not among the resources, a JSON patch for a field that the object does not have, two objects of one
name, a folder that holds the kustomization itself. The rest of the kustomization is checked as if the faulty entry did nothing.

A patch finds its object only where apiVersion, kind, name and namespace are all equal to what is written in the resource. Fields that kustomize does not
know, fields of another type (\`components: ../web\` in place of a list, \`newTag: 1.10\` in place of a text) and labels that are not texts are refused, too. A patch with a \`target\` that selects nothing is left out without a word: it is a warning where the target's name is nearly that of a resource of its kind.

It is an info where a file is likely to be made before a build: where nothing that the kustomization names is there, nor any manifest beside it (values of a chart excepted: its rendered templates may be the input); for
what a \`.gitignore\` keeps out of the repository; for what a Makefile or script in its folder or one above writes; where the template of the file is beside it (\`web.yaml.in\`, \`secret.example.yaml\`); for a kustomization that no other builds and that has its entries in comments only; and for what \`make manifests\` of an operator or \`flux bootstrap\` writes. Nothing is said of what such files or charts may bring. So is a file outside the folder, which kustomize reads with
\`--load-restrictor LoadRestrictionsNone\`.`,
    remedy: 'Correct the path or the patch. `kubectl kustomize FOLDER` shows what is built.',
    falseAlarm:
      'Where a file is made before the build, or the build gets more than the kustomization says (`--load-restrictor`, `--enable-helm`).',
    bad: `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- service.yaml
`,
    good: `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
configMapGenerator:
- name: settings
  literals: [level=info]
`,
    sources: [
      'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/',
      'kustomize v5.5, api/internal/target',
    ],
  },
  check: () => [],
};
