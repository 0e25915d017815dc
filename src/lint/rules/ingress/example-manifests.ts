import { webDeployment } from '../../model/example-manifests.js';

/** An Ingress `shop` with one path; the Service's name and port are parameters. */
export const exampleIngress = (
  service: string,
  port: string,
  name = 'shop',
  path = '/',
): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: ${path}
        pathType: Prefix
        backend:
          service:
            name: ${service}
            port:
              ${port}
---
`;

/** A Service `web` with port 80, named `http`, and its Deployment. */
export const exampleService = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: http
${webDeployment}`;
