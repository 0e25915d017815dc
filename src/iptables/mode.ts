import type { Json } from '../manifests/types.js';
import type { LoweredState, ProxyMode, Write } from '../proxy/mode.js';
import type { ProxyState } from '../proxy/state.js';
import { asInstalled, installInto } from './lower-node.js';
import { lower, lowerInto } from './lower.js';
import { RestorePrinter } from './print-restore.js';
import { SavePrinter } from './print-save.js';
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
  lower: (state: ProxyState): LoweredState => ({
    write: (format, write) => {
      if (format === 'restore') writeRestore(state, write);
      else writeSave(state, write);
    },
    toJson: () => toJson(asInstalled(lower(state))),
  }),
};

function writeRestore(state: ProxyState, write: Write): void {
  const printer = new RestorePrinter(state.family);
  lowerInto(printer, state);
  printer.writeTo(write);
}

function writeSave(state: ProxyState, write: Write): void {
  const printer = new SavePrinter(state.family);
  installInto(printer, (sink) => { lowerInto(sink, state); });
  printer.writeTo(write);
}

/** A rule set holds plain values only. */
function toJson(ruleSet: RuleSet): Json {
  return ruleSet as unknown as Json;
}
