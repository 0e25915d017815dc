import type { ManifestObject } from '../../manifests/types.js';
import { isOwnKind } from '../../lint/model/names.js';
import { describeWorkloads } from '../../lint/model/describe.js';
import { servingContainers } from '../../lint/model/serving-ports.js';
import { viewWorkload, type ContainerView, type WorkloadView } from '../../lint/model/workload.js';
import { listAt, mapAt, textAt } from '../../lint/values.js';
import type { Json } from '../../manifests/types.js';
import type { Reason } from '../types.js';
import { plain } from '../words/plain.js';
import { placeOf } from './place.js';
import { joinWords } from '../../diagnostics/words.js';
import { valueAt } from '../../manifests/values.js';

/** Why Pods of a workload are not ready: from their status, else what would make them ready. */
export function whyNotReady(workload: WorkloadView): Reason[] {
  const { object } = workload;
  const status = mapAt(object.value, 'status');
  const fromStatus = status === undefined ? [] : statusReasons(workload);
  return fromStatus.length > 0
    ? fromStatus
    : servingContainers(workload).flatMap((container) => probeReason(object, container));
}

/** The workload view of an object with Pods. */
export function workloadOf(object: ManifestObject | undefined): WorkloadView | undefined {
  return object === undefined || !isOwnKind(object) ? undefined : viewWorkload(object);
}

function statusReasons(workload: WorkloadView): Reason[] {
  const { object } = workload;
  const phase = textAt(object.value, 'status', 'phase');
  const name = describeWorkloads([workload]);
  const containers = listAt(object.value, 'status', 'containerStatuses').filter(
    (status) => valueAt(status, 'ready') !== true,
  );
  const unready = containers.flatMap((status) => containerReason(workload, status));
  if (unready.length > 0) return unready;
  if (phase === 'Pending')
    return [
      {
        message: `${name} is Pending: it is not on a node yet, or its containers have not started`,
        ...placeOf(object, ['status', 'phase']),
      },
    ];
  const condition = listAt(object.value, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
  const said = [textAt(condition, 'reason'), textAt(condition, 'message')]
    .filter((text) => text !== '')
    .map((text) => plain(text));
  if (textAt(condition, 'status') === 'True') return [];
  return [
    {
      message:
        `the Ready condition of ${name} is ` +
        [condition === undefined ? 'not set' : plain(textAt(condition, 'status')), ...said].join(': '),
      ...placeOf(object, ['status', 'conditions']),
    },
  ];
}

function containerReason(workload: WorkloadView, status: Json): Reason[] {
  const name = textAt(status, 'name');
  const container = servingContainers(workload).find((one) => one.name === name);
  const waiting = textAt(status, 'state', 'waiting', 'reason') || textAt(status, 'state', 'terminated', 'reason');
  const probe = container === undefined ? undefined : readinessProbe(container);
  const place = placeOf(
    workload.object,
    container === undefined
      ? ['status', 'containerStatuses']
      : [...container.path, ...(probe === undefined ? [] : ['readinessProbe'])],
  );
  const why =
    waiting !== ''
      ? `it is ${plain(waiting)}`
      : probe === undefined
        ? 'its status does not say why'
        : `its readiness probe fails: ${probe}`;
  return [{ message: `container ${plain(name)} of ${describeWorkloads([workload])} is not ready: ${why}`, ...place }];
}

function probeReason(object: ManifestObject, container: ContainerView): Reason[] {
  const probe = readinessProbe(container);
  if (probe === undefined) return [];
  const named =
    textAt(container.value, 'readinessProbe', 'httpGet', 'port') ||
    textAt(container.value, 'readinessProbe', 'tcpSocket', 'port');
  const isMissing = named !== '' && !/^\d+$/.test(named) && !container.ports.some((port) => port.name === named);
  const missing = isMissing ? `; no port of the container is named ${plain(named)}, so it can never succeed` : '';
  return [
    {
      message: `container ${plain(container.name)} becomes ready when its readiness probe succeeds: ${probe}${missing}`,
      ...placeOf(object, [...container.path, 'readinessProbe']),
    },
  ];
}

/** `GET /healthz on port http`; undefined if the container has no readiness probe. */
export function readinessProbe({ value }: ContainerView): string | undefined {
  const probe = mapAt(value, 'readinessProbe');
  if (probe === undefined) return undefined;
  const http = mapAt(probe, 'httpGet');
  if (http !== undefined) {
    const scheme = textAt(http, 'scheme') === 'HTTPS' ? 'HTTPS ' : '';
    return `${scheme}GET ${plain(textAt(http, 'path') || '/')} on port ${portText(http)}`;
  }
  if (mapAt(probe, 'tcpSocket') !== undefined) return `a TCP connection to port ${portText(mapAt(probe, 'tcpSocket'))}`;
  if (mapAt(probe, 'grpc') !== undefined) return `a gRPC health check on port ${portText(mapAt(probe, 'grpc'))}`;
  const command = listAt(probe, 'exec', 'command').map((word) =>
    plain(typeof word === 'string' ? word : JSON.stringify(word), 40),
  );
  return command.length > 0
    ? `the command ${joinWords([command.slice(0, 6).join(' ')])}${command.length > 6 ? ' …' : ''}`
    : 'a probe without an action';
}

function portText(value: Json | undefined): string {
  const port = valueAt(value, 'port');
  return typeof port === 'string' || typeof port === 'number' ? plain(String(port)) : '?';
}
