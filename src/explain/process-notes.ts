import type { ServicePortState } from '../proxy/state.js';
import { processPortOf } from '../userspace/process.js';
import type { FoundServicePort } from './rules/discover.js';
import { durationWords } from './words/numbers.js';
import { joinWords } from '../diagnostics/words.js';

/** What the kube-proxy process of userspace mode does besides the rules, one sentence each. */
export function processNotes({ entries }: FoundServicePort, state: ServicePortState | undefined): string[] {
  const ports = new Set(entries.flatMap(({ rule }) => processPortOf(rule)?.localPort ?? []));
  const at = ports.size === 0 ? 'at the ports that the rules lead to' : `at port ${joinWords([...ports].map(String))}`;
  return [
    `Userspace mode: the kube-proxy process accepts connections ${at} and opens its own to an endpoint, ` +
      `which sees an address of this node. ${choiceWords(state)}`,
    ...affinityNotes(state),
    ...ignoredNotes(state),
  ];
}

function choiceWords(state: ServicePortState | undefined): string {
  if (state === undefined) return 'The rules do not show which endpoints there are.';
  return state.hasAny
    ? 'Ready endpoints take turns; one that does not answer is skipped.'
    : 'No endpoint is ready, so it closes the connection: clients see a connection that ends at once.';
}

function affinityNotes(state: ServicePortState | undefined): string[] {
  const seconds = state?.servicePort.affinitySeconds;
  return seconds === undefined
    ? []
    : [`The process keeps a client with its endpoint until the client was silent for ${durationWords(seconds)}.`];
}

/** Fields that later modes support and this one ignores. */
function ignoredNotes(state: ServicePortState | undefined): string[] {
  if (state === undefined) return [];
  const { service } = state.servicePort;
  const ignored = [
    ...(service.externalTrafficPolicy === 'Local' ? ['externalTrafficPolicy Local'] : []),
    ...(service.internalTrafficPolicy === 'Local' ? ['internalTrafficPolicy Local'] : []),
    ...(service.loadBalancerSourceRanges.length > 0 ? ['loadBalancerSourceRanges'] : []),
  ];
  return ignored.length === 0 ? [] : [`Userspace mode ignores these fields: ${joinWords(ignored)}.`];
}
