import type { Service } from '../../cluster/types.js';
import { selects } from '../../cluster/values.js';
import { askClients, type ClientAnswer } from '../../policy/clients.js';
import { readPolicies } from '../../policy/read.js';
import { knownPods, type Directory } from '../../targets/directory.js';
import { count, joinWords, someOf } from '../../diagnostics/words.js';

const shown = 5;

/**
 * Which clients may connect to a Service's Pods, one sentence each; empty if the manifests contain no NetworkPolicy.
 */
export function policyWords(service: Service, directory: Directory): string[] {
  const { selector, namespace, name } = service;
  const set = readPolicies(directory.objects);
  if (set.policies.length === 0 || selector === undefined) return [];
  const pods = knownPods(directory).filter((pod) => pod.namespace === namespace && selects(selector, pod.labels));
  const slices = (directory.cluster?.endpointSlices ?? []).filter(
    (slice) => slice.namespace === namespace && slice.serviceName === name,
  );
  const answers = askClients(set, directory, pods, slices);
  const selecting = new Set(answers.flatMap(({ ingress }) => ingress.selecting));
  const refused = answers.filter(({ allowed }) => allowed === false);
  if (answers.length === 0 || (selecting.size === 0 && refused.length === 0)) return [];
  const names = [...selecting].map((one) => `${one.namespace}/${one.name}`);
  return [
    names.length === 0
      ? 'No NetworkPolicy isolates its Pods for ingress.'
      : `${count(names.length, 'NetworkPolicy', 'NetworkPolicies')} ${names.length === 1 ? 'isolates' : 'isolate'} its Pods for ingress: ${joinWords(names)}; the CNI must enforce ${names.length === 1 ? 'it' : 'them'}.`,
    ...clientWords(
      'Allowed',
      answers.filter(({ allowed }) => allowed === true),
    ),
    ...clientWords('Not allowed', refused),
    ...clientWords(
      'Depends on labels of their namespace',
      answers.filter(({ allowed }) => allowed === undefined),
    ),
  ];
}

function clientWords(head: string, answers: readonly ClientAnswer[]): string[] {
  return answers.length === 0 ? [] : [`${head}: ${someOf([...new Set(answers.map(({ client }) => client))], shown)}.`];
}
