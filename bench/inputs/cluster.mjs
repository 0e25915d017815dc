import { scatter, uidOf, writePieces } from './write.mjs';

/**
 * The output of `kubectl get services,endpointslices,nodes -A -o json` for a cluster, without indentation: one port per
 * Service, slices of at most a thousand endpoints. Every tenth Service has a node port, every fiftieth a load balancer.
 * `changed`: so many of the first Services have another port.
 */
export function writeCluster(path, { services, endpoints, changed = 0 }) {
  writePieces(path, pieces(services, endpoints, changed));
}

const nodes = 100;
const namespaces = 40;

function* pieces(services, endpoints, changed) {
  yield '{"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":""},"items":[';
  for (let index = 0; index < nodes; index++) yield `${JSON.stringify(node(index))},`;
  for (let index = 0; index < services; index++) {
    const objects = [service(index, index < changed), ...slices(index, endpoints)].map((object) =>
      JSON.stringify(object),
    );
    yield `${objects.join()}${index === services - 1 ? '' : ','}`;
  }
  yield ']}\n';
}

function node(index) {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${index}`,
      labels: { 'kubernetes.io/hostname': `node-${index}`, 'topology.kubernetes.io/zone': zoneOf(index) },
      uid: uidOf(900000000 + index),
    },
    spec: {
      podCIDR: `10.${128 + (index >> 8)}.${index & 255}.0/24`,
      podCIDRs: [`10.${128 + (index >> 8)}.${index & 255}.0/24`],
    },
    status: {
      addresses: [
        { address: `192.168.${index >> 8}.${index & 255 || 254}`, type: 'InternalIP' },
        { address: `node-${index}`, type: 'Hostname' },
      ],
    },
  };
}

function service(index, isChanged) {
  const type = index % 50 === 49 ? 'LoadBalancer' : index % 10 === 9 ? 'NodePort' : 'ClusterIP';
  const clusterIP = `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata(index, nameOf(index)), labels: labelsOf(index) },
    spec: {
      clusterIP,
      clusterIPs: [clusterIP],
      ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: 'Cluster' }),
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [
        {
          name: 'http',
          ...(type === 'ClusterIP' ? {} : { nodePort: 30000 + Math.floor(index / 10) }),
          port: isChanged ? 1080 : 80,
          protocol: 'TCP',
          targetPort: 8080,
        },
      ],
      selector: { app: nameOf(index) },
      sessionAffinity: 'None',
      type,
    },
    status: {
      loadBalancer:
        type === 'LoadBalancer'
          ? { ingress: [{ ip: `203.0.${index >> 12}.${((index / 50) | 0) & 255}`, ipMode: 'VIP' }] }
          : {},
    },
  };
}

/** The API server accepts no more endpoints in one slice. */
const mostEndpoints = 1000;

function slices(index, endpoints) {
  const all = Array.from({ length: endpoints }, (_, number) => endpoint(index, index * endpoints + number));
  const count = Math.ceil(endpoints / mostEndpoints);
  return Array.from({ length: count }, (_, part) =>
    slice(index, part, all.slice(part * mostEndpoints, (part + 1) * mostEndpoints)),
  );
}

function slice(index, part, endpoints) {
  const name = `${nameOf(index)}-${scatter(index + part)
    .toString(36)
    .slice(0, 5)}`;
  return {
    addressType: 'IPv4',
    apiVersion: 'discovery.k8s.io/v1',
    endpoints,
    kind: 'EndpointSlice',
    metadata: {
      ...metadata(1000000 + index + part, name),
      generateName: `${nameOf(index)}-`,
      namespace: namespaceOf(index),
      labels: {
        ...labelsOf(index),
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': nameOf(index),
      },
      ownerReferences: [
        {
          apiVersion: 'v1',
          blockOwnerDeletion: true,
          controller: true,
          kind: 'Service',
          name: nameOf(index),
          uid: uidOf(index),
        },
      ],
    },
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}

function endpoint(index, number) {
  const node = number % nodes;
  return {
    addresses: [`10.${128 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `node-${node}`,
    targetRef: {
      kind: 'Pod',
      name: `${nameOf(index)}-${scatter(index).toString(16)}-${scatter(number).toString(36).slice(0, 5)}`,
      namespace: namespaceOf(index),
      uid: uidOf(2000000 + number),
    },
    zone: zoneOf(node),
  };
}

function metadata(number, name) {
  return {
    creationTimestamp: '2026-03-01T08:00:00Z',
    name,
    namespace: namespaceOf(number),
    resourceVersion: String(scatter(number)),
    uid: uidOf(number),
  };
}

function labelsOf(index) {
  return { app: nameOf(index), 'app.kubernetes.io/managed-by': 'Helm' };
}

const nameOf = (index) => `service-${index}`;
const namespaceOf = (index) => `team-${index % namespaces}`;
const zoneOf = (index) => `zone-${'abc'.charAt(index % 3)}`;
