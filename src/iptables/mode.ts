import type { Json } from '../manifests/types.js';
import type { LoweredState, ProxyMode } from '../proxy/mode.js';
import type { ProxyState } from '../proxy/state.js';
import { asInstalled, installInto } from './lower-node.js';
import { lower, lowerInto } from './lower.js';
import { RestorePrinter } from './print-restore.js';
import { SavePrinter } from './print-save.js';
import type { RuleSet } from './types.js';

/**
 * iptables mode. `save` is what iptables-save prints after the first sync on a clean node, `restore` what kube-proxy
 * feeds to iptables-restore; `json` is the installed rule set.
 */
export const iptables: ProxyMode = {
  name: 'iptables',
  formats: ['save', 'restore'],
  refusal: () => undefined,
  notes: () => [],
  lower: (state: ProxyState): LoweredState => ({
    print: (format) => (format === 'restore' ? restore(state) : save(state)),
    toJson: () => toJson(asInstalled(lower(state))),
  }),
};

function restore(state: ProxyState): Iterable<string> {
  const printer = new RestorePrinter(state.family);
  lowerInto(printer, state);
  return printer;
}

function save(state: ProxyState): Iterable<string> {
  const printer = new SavePrinter(state.family);
  installInto(printer, (sink) => {
    lowerInto(sink, state);
  });
  return printer;
}

/** A rule set holds plain values only. */
function toJson(ruleSet: RuleSet): Json {
  return ruleSet as unknown as Json;
}
