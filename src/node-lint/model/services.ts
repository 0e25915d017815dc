import type { FoundServicePort } from '../../explain/rules/discover.js';
import type { FamilyContext } from '../context.js';
import type { NodeProblem } from '../rule.js';

/** The Service of a chain for findings; undefined if unknown. */
export function serviceOfChain(family: FamilyContext, chain: string): NodeProblem['service'] {
  return serviceOfPort(family.serviceOf(chain));
}

/** The Service of a service port for findings. */
export function serviceOfPort(found: FoundServicePort | undefined): NodeProblem['service'] {
  const name = found?.name;
  return name === undefined ? undefined : { namespace: name.namespace, name: name.service };
}
