import type { Json } from '../manifests/types.js';
import type { LoweredState, ProxyMode } from '../proxy/mode.js';
import type { ProxyState } from '../proxy/state.js';
import { asInstalled } from './lower-node.js';
import { lower } from './lower.js';
import { printRestore } from './print-restore.js';
import { printSave } from './print-save.js';
import type { RuleSet } from './types.js';

/**
 * iptables mode. `save` is what iptables-save prints after the first sync on a clean node, `restore` what kube-proxy feeds to
 * iptables-restore; `json` is the installed rule set.
 */
export const iptables: ProxyMode = {
  name: 'iptables',
  formats: ['save', 'restore'],
  refusal: () => undefined,
  notes: () => [],
  lower: (state: ProxyState): LoweredState => {
    const synced = lower(state);
    return {
      print: (format) => format === 'restore' ? printRestore(synced) : printSave(asInstalled(synced)),
      toJson: () => toJson(asInstalled(synced)),
    };
  },
};

/** A rule set holds plain values only. */
function toJson(ruleSet: RuleSet): Json {
  return ruleSet as unknown as Json;
}
