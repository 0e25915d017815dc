import { placeOf } from '../../explain/manifests/place.js';
import type { Reason } from '../../explain/types.js';
import { servingContainers } from '../../lint/model/serving-ports.js';
import type { WorkloadView } from '../../lint/model/workload.js';
import { listAt, textAt } from '../../lint/values.js';
import { result } from '../result.js';
import { hasNoPods } from './hairpin.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';

const name = { id: 'localhost', title: 'Its Pods listen on more than localhost' };

/**
 * Neither manifests nor rules show on which address a process listens. The check gives a command that does, and lists
 * words that suggest localhost.
 */
export function localhost(subject: Subject): CheckResult {
  const { workloads, service, namespace, slices } = subject;
  const hints = workloads.flatMap(hintsIn).slice(0, 3);
  const port = slices.flatMap((slice) => slice.ports.map((one) => one.port)).find((one) => one !== undefined);
  const isOutside = hasNoPods(subject);
  return result(
    isOutside ? { ...name, title: 'Its servers listen on more than localhost' } : name,
    'unknown',
    [
      'neither manifests nor rules show which address a process listens on',
      ...hints,
      `${port === undefined ? 'the port' : `port ${port}`} must be listed with 0.0.0.0, * or [::]; with 127.0.0.1 only ${isOutside ? 'that machine itself gets an answer' : 'the Pod itself and kubectl port-forward get an answer'}`,
    ],
    isOutside
      ? 'On the server: ss -ltn'
      : `kubectl exec -n ${namespace} ${targetOf(workloads, service?.name)} -- sh -c 'ss -ltn || netstat -ltn'`,
  );
}

function targetOf([workload]: readonly WorkloadView[], service = 'NAME'): string {
  return workload === undefined || workload.name === ''
    ? `svc/${service}`
    : `${workload.kind.toLowerCase()}/${workload.name}`;
}

/** Arguments and variables that contain a loopback address. */
function hintsIn(workload: WorkloadView): Reason[] {
  return servingContainers(workload).flatMap(({ value, path, name: container }) => {
    const words = [...listAt(value, 'command'), ...listAt(value, 'args')].filter((word) => typeof word === 'string');
    const values = listAt(value, 'env').map((variable) => textAt(variable, 'value'));
    const found = [...words, ...values].find((word) => isLoopback(word));
    return found === undefined
      ? []
      : [
          {
            message: `container ${container} is started with ${JSON.stringify(found.slice(0, 80))}`,
            ...placeOf(workload.object, [...path]),
          },
        ];
  });
}

/** `127.0.0.1:8080`, `--host=localhost`. A URL is more likely an address to connect to than one to listen on. */
function isLoopback(word: string): boolean {
  return /(?:^|=)(?:127\.0\.0\.1|localhost|\[?::1\]?)(?::\d+)?$/.test(word);
}
