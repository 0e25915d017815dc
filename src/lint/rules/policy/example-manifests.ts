import { webDeployment } from '../../model/example-manifests.js';

/** A Service `web` that forwards port 80 to port 8080 of its Pods, with these Pods. */
export const exampleWeb = `---
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
    targetPort: 8080
${webDeployment}`;

/** A NetworkPolicy for the Pods of `web`, with these lines in `spec`. */
export function examplePolicy(spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector:
    matchLabels:
      app: web
${spec}
`;
}
