import type { LintRule } from '../../rule.js';

const kustomization = (ports: string): string => `# kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- service.yaml
patches:
- patch: |-
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      ports:
      ${ports}
# service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    protocol: TCP
`;

export const lostPort: LintRule = {
  id: 'kustomize/lost-port',
  severity: 'warning',
  documentation: {
    summary: 'kustomize drops what a patch says of a port',
    why: `Ports of Services and containers are matched by their number and their protocol. Where only one of the two, the patch or the object, says the
protocol, kustomize takes them for different ports, keeps the object's and drops the patch's without a word: the name, the targetPort or the node port of the
patch is not in the build. \`kubectl apply\` of the same patch would merge the two, as the API server fills in TCP first.`,
    remedy: 'Write the protocol in both, or in neither.',
    falseAlarm: 'Never for what is built: the port of the patch is not in it. It does no harm where both say the same.',
    bad: kustomization('- {port: 80, targetPort: http}'),
    good: kustomization('- {port: 80, protocol: TCP, targetPort: http}'),
    sources: ['kustomize v5.5: kyaml/yaml/walk, appendListNode'],
  },
  check: () => [],
};
