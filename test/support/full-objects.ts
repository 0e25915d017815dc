/** One object of each kind as stored in a cluster, with fields at every depth; the API server accepted all of them. */
const metadata = `
metadata:
  name: web
  namespace: shop
  uid: 2b6d9f7e-8d5a-4a53-9a0f-0a8a5d2f6c11
  resourceVersion: "4711"
  generation: 2
  creationTimestamp: "2025-01-31T12:00:00Z"
  deletionTimestamp: null
  labels: {app: web, empty: }
  annotations: {example.com/any.key: "1"}
  finalizers: [example.com/protect]
  ownerReferences:
  - {apiVersion: v1, kind: ConfigMap, name: owner, uid: 2b6d9f7e, controller: true, blockOwnerDeletion: false}
  managedFields:
  - {manager: kubectl, operation: Apply, apiVersion: v1, time: 2025-01-31T12:00:00Z, fieldsType: FieldsV1, fieldsV1: {"f:spec": {"f:any": {}}}}`;

const podSpec = `
restartPolicy: Always
terminationGracePeriodSeconds: 30
dnsPolicy: ClusterFirst
dnsConfig: {nameservers: [10.0.0.10], options: [{name: ndots, value: "2"}]}
hostNetwork: no
nodeSelector: {kubernetes.io/os: linux}
serviceAccountName: web
securityContext: {runAsUser: 1000, fsGroup: 2000, seccompProfile: {type: RuntimeDefault}, sysctls: [{name: net.core.somaxconn, value: "1024"}]}
affinity:
  nodeAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - {weight: 10, preference: {matchExpressions: [{key: disk, operator: In, values: [ssd]}]}}
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
    - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
tolerations: [{key: spot, operator: Exists, effect: NoSchedule}]
topologySpreadConstraints:
- {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
hostAliases: [{ip: 10.1.2.3, hostnames: [db]}]
initContainers:
- {name: proxy, image: proxy, restartPolicy: Always}
containers:
- name: web
  image: registry.example.com/web:1.4.2
  imagePullPolicy: IfNotPresent
  command: [web, null]
  args: ["--port=8080"]
  ports:
  - {name: http, containerPort: 8080, protocol: TCP}
  - {containerPort: 9090, hostPort: 0}
  env:
  - {name: A, value: }
  - {name: B, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}
  envFrom: [{configMapRef: {name: env}, prefix: X_}]
  resources: {requests: {cpu: 0.5, memory: 128Mi}, limits: {cpu: 1, memory: "1e9", example.com/gpu: "1"}}
  readinessProbe: {httpGet: {path: /healthz, port: http, httpHeaders: [{name: X, value: z}]}, periodSeconds: 5}
  livenessProbe: {tcpSocket: {port: 8080}}
  startupProbe: {grpc: {port: 9090}}
  lifecycle: {preStop: {sleep: {seconds: 5}}}
  securityContext: {capabilities: {drop: [ALL]}, runAsNonRoot: true, allowPrivilegeEscalation: false}
  volumeMounts: [{name: data, mountPath: /data, mountPropagation: None, subPath: a}]
volumes:
- {name: data, emptyDir: {medium: Memory, sizeLimit: 1Gi}}
- {name: config, configMap: {name: c, items: [{key: a, path: b, mode: 0644}]}}
- {name: tokens, projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]}}`;

const indent = (text: string, spaces: number): string => text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
const template = (spec: string): string => `
template:
  metadata: {creationTimestamp: null, labels: {app: web}}
  spec:${indent(spec, 4)}`;
const selector = '\nselector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: Exists}]}';
const jobSpec = `
parallelism: 2
completions: 2
backoffLimit: 3
completionMode: Indexed
podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}]}${template(podSpec.replace('restartPolicy: Always', 'restartPolicy: OnFailure'))}`;

function object(apiVersion: string, kind: string, spec: string, rest = ''): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}${metadata}${spec === '' ? '' : `\nspec:${indent(spec, 2)}`}${rest}\n`;
}

export const fullObjects: Readonly<Record<string, string>> = {
  Service: object(
    'v1',
    'Service',
    `
type: LoadBalancer
clusterIP: 10.96.0.10
clusterIPs: [10.96.0.10]
ipFamilies: [IPv4]
ipFamilyPolicy: SingleStack
selector: {app: web}
sessionAffinity: ClientIP
sessionAffinityConfig: {clientIP: {timeoutSeconds: 600}}
externalTrafficPolicy: Local
internalTrafficPolicy: Cluster
healthCheckNodePort: 31000
allocateLoadBalancerNodePorts: true
loadBalancerSourceRanges: [192.0.2.0/24]
trafficDistribution: PreferClose
publishNotReadyAddresses: off
ports:
- {name: http, port: 80, targetPort: http, nodePort: 30080, protocol: TCP, appProtocol: kubernetes.io/h2c}
- {name: dns, port: 53, targetPort: 0, protocol: ""}`,
    `
status:
  loadBalancer: {ingress: [{ip: 192.0.2.1, ipMode: VIP, ports: [{port: 80, protocol: TCP}]}]}
  conditions: [{type: Ready, status: "True", lastTransitionTime: "2025-01-31T12:00:00.123456Z", reason: R, message: ""}]`,
  ),
  EndpointSlice: object(
    'discovery.k8s.io/v1',
    'EndpointSlice',
    '',
    `
addressType: IPv4
ports: [{name: http, port: 8080, protocol: TCP, appProtocol: http}, {name: ""}]
endpoints:
- addresses: [10.1.2.3]
  conditions: {ready: true, serving: null, terminating: false}
  hostname: web-0
  nodeName: node-1
  zone: a
  hints: {forZones: [{name: a}], forNodes: [{name: node-1}]}
  targetRef: {kind: Pod, name: web-0, namespace: shop, uid: x}`,
  ),
  Endpoints: object(
    'v1',
    'Endpoints',
    '',
    `
subsets:
- addresses: [{ip: 10.1.2.3, hostname: a, nodeName: node-1, targetRef: {kind: Pod, name: a}}]
  notReadyAddresses: [{ip: 10.1.2.4}]
  ports: [{name: http, port: 8080, protocol: TCP}]`,
  ),
  Node: object(
    'v1',
    'Node',
    `
podCIDR: 10.244.1.0/24
podCIDRs: [10.244.1.0/24]
providerID: example://1
unschedulable: true
taints: [{key: a, value: b, effect: NoExecute, timeAdded: 2025-01-31T12:00:00Z}]`,
    `
status:
  addresses: [{type: InternalIP, address: 192.0.2.10}]
  capacity: {cpu: "4", memory: 16Gi}
  conditions: [{type: Ready, status: "True", lastHeartbeatTime: 2025-01-31T12:00:00Z}]
  daemonEndpoints: {kubeletEndpoint: {Port: 10250}}
  nodeInfo: {kernelVersion: "6.1", kubeletVersion: v1.36.0, swap: {capacity: 0}}
  images: [{names: [a], sizeBytes: 12345678901}]`,
  ),
  Pod: object(
    'v1',
    'Pod',
    podSpec,
    `
status:
  phase: Running
  podIPs: [{ip: 10.1.2.3}]
  conditions: [{type: Ready, status: "True", lastProbeTime: null, observedGeneration: 1}]
  containerStatuses: [{name: web, ready: true, restartCount: 0, image: a, imageID: b, state: {running: {startedAt: 2025-01-31T12:00:00Z}}}]`,
  ),
  Deployment: object(
    'apps/v1',
    'Deployment',
    `
replicas: 3
revisionHistoryLimit: 10
strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}}${selector}${template(podSpec)}`,
    '\nstatus: {}',
  ),
  ReplicaSet: object(
    'apps/v1',
    'ReplicaSet',
    `\nreplicas: 0${selector}${template(podSpec)}`,
    '\nstatus: {replicas: 0}',
  ),
  StatefulSet: object(
    'apps/v1',
    'StatefulSet',
    `
serviceName: web
podManagementPolicy: Parallel
ordinals: {start: 1}
updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}
persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Delete}
volumeClaimTemplates:
- metadata: {name: data}
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, volumeMode: Filesystem}${selector}${template(podSpec)}`,
  ),
  DaemonSet: object('apps/v1', 'DaemonSet', `\nupdateStrategy: {type: OnDelete}${selector}${template(podSpec)}`),
  Job: object('batch/v1', 'Job', jobSpec, '\nstatus: {succeeded: 1, uncountedTerminatedPods: {}}'),
  CronJob: object(
    'batch/v1',
    'CronJob',
    `
schedule: "*/5 * * * *"
timeZone: Etc/UTC
concurrencyPolicy: Forbid
jobTemplate:
  metadata: {labels: {app: web}}
  spec:${indent(jobSpec, 4)}`,
  ),
  ReplicationController: object(
    'v1',
    'ReplicationController',
    `\nreplicas: 1\nselector: {app: web}${template(podSpec)}`,
  ),
  Ingress: object(
    'networking.k8s.io/v1',
    'Ingress',
    `
ingressClassName: nginx
defaultBackend: {resource: {apiGroup: example.com, kind: Bucket, name: b}}
tls: [{hosts: [a.example.com], secretName: tls}]
rules:
- host: a.example.com
  http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
- {host: b.example.com}`,
    '\nstatus: {loadBalancer: {ingress: [{ip: 192.0.2.1, ports: [{port: 80, protocol: TCP}]}]}}',
  ),
  KubeProxyConfiguration: `
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ipvs
clusterCIDR: 10.244.0.0/16
detectLocalMode: BridgeInterface
detectLocal: {bridgeInterface: cni0, interfaceNamePrefix: ""}
featureGates: {SomeGate: true}
iptables: {masqueradeAll: true, masqueradeBit: 14, syncPeriod: 30s, minSyncPeriod: 1s, localhostNodePorts: null}
ipvs: {scheduler: rr, excludeCIDRs: null, strictARP: true, tcpTimeout: 0s, tcpFinTimeout: 1h5m, udpTimeout: 1.5s}
nftables: {masqueradeBit: 14}
conntrack: {maxPerCore: 0, min: null, tcpBeLiberal: true, tcpEstablishedTimeout: 24h0m0s}
nodePortAddresses: [192.0.2.0/24]
oomScoreAdj: -999
logging: {format: text, flushFrequency: 5s, verbosity: 2, options: {json: {infoBufferSize: "0"}}}
clientConnection: {kubeconfig: /k, qps: 5.5, burst: 10}
`,
};
