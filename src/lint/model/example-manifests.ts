/** Manifests at the end of many rules' examples, so that the example has no other faults. */

/** A Deployment `web` with Pods that listen on 8080, named `http`, and have a readiness probe. */
export const webDeployment = `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.4
        ports:
        - name: http
          containerPort: 8080
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
`;

/** A StatefulSet `db` with three Pods that listen on 5432, named `pg`. */
export const databaseStatefulSet = `---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 3
  serviceName: db
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
      - name: db
        image: registry.example.com/db:16
        ports:
        - name: pg
          containerPort: 5432
        readinessProbe:
          tcpSocket:
            port: pg
`;
