import { placeOf } from '../../explain/manifests/place.js';
import { typeOf } from '../../explain/explain-service.js';
import { missingWords } from '../../targets/missing.js';
import { result } from '../result.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';

const name = { id: 'exists', title: 'The Service exists' };

/** Whether the Service exists in its namespace; if not, what exists instead. */
export function exists(subject: Subject): CheckResult {
  const { service, explanation, namespace, name: own, directory } = subject;
  if (service !== undefined)
    return result(name, 'ok', [
      {
        message: `Service ${namespace}/${own} is ${describe(typeOf(service))}`,
        ...placeOf(service.object, []),
      },
    ]);
  if (explanation !== undefined) return result(name, 'ok', [`the rules are for Service ${namespace}/${own}`]);
  const wanted = { kind: 'object', objectKind: 'Service', namespace, name: own, port: undefined } as const;
  const missing = missingWords(wanted, directory, { namespace, isEverywhere: false });
  return result(
    name,
    'failed',
    [missing],
    `Use the Service's own name and namespace: kubectl get services -A | grep ${own}`,
  );
}

function describe(type: string): string {
  return type === 'headless' ? 'headless' : `of type ${type}`;
}
