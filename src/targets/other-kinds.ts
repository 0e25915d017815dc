/** Names of objects of other kinds than targets, such as `netpol/api`: what they are, and what to ask instead. */
import { printable } from '../diagnostics/terminal.js';
import { namespaceOf } from '../manifests/values.js';
import { knownServices, type Directory } from './directory.js';
import { httpRoutes } from './ingress-routes.js';
import { isIngressWord } from './ingress-name.js';
import { someNames } from './missing.js';
import type { NameWanted } from './read-name.js';
import type { Scope } from './types.js';

interface OtherKind {
  readonly kind: string;
  /** kubectl's words for it. */
  readonly words: RegExp;
  /** What to do instead, a clause. */
  readonly instead: string;
}

const give = 'give a Service (svc/NAME), a Pod, a workload or a node';

const otherKinds: readonly OtherKind[] = [
  {
    kind: 'a NetworkPolicy',
    words: /^(?:netpol|networkpolic(?:y|ies))(?:\.networking\.k8s\.io)?$/i,
    instead:
      'check svc/NAME says which clients the policies allow, and trace --from pod/NAME --to svc/NAME which one blocks',
  },
  { kind: 'Endpoints', words: /^(?:ep|endpoints)$/i, instead: 'give the Service of that name, svc/NAME' },
  {
    kind: 'an EndpointSlice',
    words: /^endpointslices?(?:\.discovery\.k8s\.io)?$/i,
    instead: 'give its Service, svc/NAME',
  },
  { kind: 'a namespace', words: /^(?:ns|namespaces?)$/i, instead: 'explain -n NAME lists its Services' },
  { kind: 'a CronJob', words: /^(?:cj|cronjobs?)(?:\.batch)?$/i, instead: 'give one of its Jobs, job/NAME' },
  { kind: 'a ConfigMap', words: /^(?:cm|configmaps?)$/i, instead: give },
  { kind: 'a Secret', words: /^secrets?$/i, instead: give },
];

/** Whether a word is kubectl's for a kind that is not a target; some commands take Ingresses and HTTPRoutes. */
export function isOtherKindWord(word: string): boolean {
  return isIngressWord(word) || otherKinds.some(({ words }) => words.test(word));
}

/**
 * For `KIND/NAME` of a kind that is not a target: a sentence that says so. Undefined for other names, and if the word is a
 * namespace with Services.
 */
export function otherKindWords(wanted: NameWanted, directory: Directory, scope: Scope): string | undefined {
  if (wanted.kind !== 'object' || wanted.objectKind !== 'Service' || wanted.namespace === undefined) return undefined;
  const { namespace: word, name } = wanted;
  if (knownServices(directory).some(({ namespace }) => namespace === word)) return undefined;
  const text = `${word}/${printable(name)}`;
  if (isIngressWord(word)) return `${text} ${ingressWords(name, directory, scope)}`;
  const other = otherKinds.find(({ words }) => words.test(word));
  return other === undefined ? undefined : `${text} names ${other.kind}, which is not a target; ${other.instead}`;
}

/** Where the Ingress or HTTPRoute sends requests: one in the selected namespace, else of any namespace. */
function ingressWords(name: string, { objects }: Directory, { namespace, isEverywhere }: Scope): string {
  const named = httpRoutes(objects).filter(({ source }) => source.name === name);
  const own = isEverywhere ? [] : named.filter(({ source }) => namespaceOf(source) === namespace);
  const routes = own.length > 0 ? own : named;
  const [first] = routes;
  if (first === undefined)
    return 'names an Ingress or HTTPRoute, and the inputs contain none of that name with a Service as backend';
  const services = [...new Set(routes.map(({ backend }) => `${backend.namespace}/${backend.service}`))];
  const place = `${first.source.kind} ${printable(namespaceOf(first.source))}/${printable(name)}`;
  return `is ${place}; give the Service that it sends to: ${someNames(services)}`;
}
