import { join } from 'node:path';
import { writePieces } from './write.mjs';

/**
 * A typical repository of manifests: four objects in a file, twenty files in a directory, each directory a namespace.
 * About four of a hundred files contain a mistake, as in real repositories.
 */
export function writeTree(directory, { files }) {
  for (let index = 0; index < files; index++) {
    const place = Math.floor(index / 20);
    writePieces(join(directory, `area-${Math.floor(place / 25)}`, `team-${place}`, `application-${index}.yaml`), [
      fileOf(index, `team-${place}`),
    ]);
  }
}

function fileOf(index, namespace) {
  return [
    deployment(index, namespace),
    service(index, namespace),
    index % 3 === 0 ? ingress(index, namespace) : serviceAccount(index, namespace),
    configMap(index, namespace),
  ].join('---\n');
}

const head = (apiVersion, kind, name, namespace) => `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/part-of: shop
`;

function deployment(index, namespace) {
  const name = `application-${index}`;
  return `# What serves ${name}
${head('apps/v1', 'Deployment', name, namespace)}spec:
  replicas: ${1 + (index % 5)}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
        app.kubernetes.io/part-of: shop
      annotations:
        prometheus.io/scrape: "true"
    spec:
      serviceAccountName: ${name}
      securityContext:
        runAsNonRoot: true
      containers:
        - name: main
          image: registry.example.com/shop/${name}:1.${index % 40}.0
          args: ["--listen=:8080", "--log-level=info"]
          env:
            - name: DATABASE_HOST
              value: database.${namespace}.svc.cluster.local
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
          envFrom:
            - configMapRef:
                name: ${name}
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /live
              port: http
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          volumeMounts:
            - name: cache
              mountPath: /var/cache
      volumes:
        - name: cache
          emptyDir: {}
`;
}

function service(index, namespace) {
  const name = `application-${index}`;
  const selected = index % 50 === 7 ? `${name}-web` : name;
  return `${head('v1', 'Service', name, namespace)}spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: ${selected}
  ports:
    - name: http
      port: 80
      targetPort: ${index % 50 === 23 ? 'web' : 'http'}
    - name: metrics
      port: 9090
      targetPort: metrics
`;
}

function ingress(index, namespace) {
  const name = `application-${index}`;
  return `${head('networking.k8s.io/v1', 'Ingress', name, namespace)}spec:
  ingressClassName: nginx
  rules:
    - host: ${name}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${name}
                port:
                  name: http
`;
}

function serviceAccount(index, namespace) {
  return head('v1', 'ServiceAccount', `application-${index}`, namespace);
}

function configMap(index, namespace) {
  return `${head('v1', 'ConfigMap', `application-${index}`, namespace)}data:
  LOG_FORMAT: json
  FEATURES: "search,cart,checkout"
  settings.ini: |
    [server]
    threads = ${4 + (index % 8)}
    timeout = 30
`;
}
