import { askClients, type ClientAnswer } from '../../policy/clients.js';
import { askClientsOfAddresses } from '../../policy/clients-of-addresses.js';
import { otherPolicies } from '../../policy/read.js';
import type { Policy } from '../../policy/types.js';
import { at, result } from '../result.js';
import type { Subject } from '../subject.js';
import type { CheckResult } from '../types.js';
import { someOf } from '../../diagnostics/words.js';

const name = { id: 'policy', title: 'NetworkPolicies allow clients' };
const enforced = 'the CNI decides whether policies are enforced';

/** Which clients the policies of its Pods, and those of the clients, allow. Policies of other APIs may block more. */
export function policy(subject: Subject): CheckResult {
  const found = ofNetworkPolicies(subject);
  const others = otherPolicies(subject.directory.objects);
  if (others === undefined || found.status === 'failed') return found;
  const unasked = { message: `the inputs contain policies of other APIs, which are not evaluated: ${others}` };
  return { ...found, status: 'unknown', reasons: [...found.reasons, unasked] };
}

function ofNetworkPolicies(subject: Subject): CheckResult {
  const { policies, pods, namespace, service, directory, slices } = subject;
  if (service === undefined)
    return result(
      name,
      'unknown',
      ['rules of kube-proxy do not show NetworkPolicies'],
      `kubectl get networkpolicies -n ${namespace}`,
    );
  if (policies.policies.length === 0)
    return result(name, 'ok', ['the inputs contain no NetworkPolicy, so nothing is isolated']);
  const isOfAddresses = pods.length === 0;
  const answers = isOfAddresses
    ? askClientsOfAddresses(policies, directory, slices)
    : askClients(policies, directory, pods, slices);
  if (isOfAddresses && answers.length === 0) return result(name, 'unknown', ['none of its Pods is among the inputs']);
  const selecting = new Set(answers.flatMap(({ ingress }) => ingress.selecting));
  const names = [...selecting].map(policyName);
  const refused = answers.filter(({ allowed }) => allowed === false);
  const allowed = answers.filter(({ allowed: is }) => is === true);
  const open = answers.filter(({ allowed: is }) => is === undefined);
  if (answers.length === 0) return result(name, 'ok', ['no port of its Pods is known to check']);
  if (isOfAddresses && allowed.length === 0 && open.length === 0) return noPod(refused);
  if (allowed.length === 0 && open.length === 0) return nobody(refused, [...selecting]);
  if (refused.length === 0 && open.length === 0)
    return result(name, 'ok', [
      names.length === 0
        ? 'no NetworkPolicy isolates its Pods or those of the inputs'
        : `${names.join(', ')} allow all of these: ${clientsOf(allowed)}`,
    ]);
  return result(name, open.length > 0 && allowed.length === 0 ? 'unknown' : 'ok', [
    ...(allowed.length === 0 ? [] : [`allowed: ${clientsOf(allowed)}`]),
    ...(refused.length === 0
      ? []
      : [`not allowed: ${clientsOf(refused)} (${someOf([...new Set(refused.map(({ words }) => words))], 2)})`]),
    ...open.slice(0, 2).map(({ words }) => words),
    enforced,
  ]);
}

function clientsOf(answers: readonly ClientAnswer[]): string {
  return someOf([...new Set(answers.map(({ client }) => client))], 4);
}

function policyName({ namespace, name: own }: Policy): string {
  return `NetworkPolicy ${namespace}/${own}`;
}

function nobody(refused: readonly ClientAnswer[], selecting: readonly Policy[]): CheckResult {
  const [first] = selecting;
  const words = [...new Set(refused.map((one) => one.words))].slice(0, 3);
  return result(
    name,
    'failed',
    [
      'neither a Pod of the inputs nor a client outside gets through',
      ...words.map((text, index) => (index === 0 && first !== undefined ? at(text, first.object, ['spec']) : text)),
      enforced,
    ],
    "Allow the clients in an ingress rule, at the port of the Pods rather than the Service's.",
  );
}

/** For endpoints that are not Pods of the inputs, the policies of the clients decide. */
function noPod(refused: readonly ClientAnswer[]): CheckResult {
  const words = [...new Set(refused.map((one) => one.words))].slice(0, 3);
  return result(
    name,
    'failed',
    ['no Pod of the inputs gets through', ...words, enforced],
    'Allow the addresses of its endpoints in an egress rule of the clients (ipBlock).',
  );
}
