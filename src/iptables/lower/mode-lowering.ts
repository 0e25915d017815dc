import type { Json } from '../../manifests/types.js';
import type { LoweredState, ModeLowering } from '../../node/mode.js';
import type { ProxyState } from '../../proxy/state.js';
import { asInstalled, installInto } from './node.js';
import { lower, lowerInto } from './lower.js';
import { RestorePrinter } from '../print/restore.js';
import { printSave, SavePrinter } from '../print/save.js';
import { asStored } from './stored-addresses.js';
import type { RuleSink } from '../rule-sink.js';
import type { RuleSet } from '../types.js';

/** Makes and prints the rules of iptables mode. */
export const iptablesLowering: ModeLowering = {
  name: 'iptables',
  refusal: () => undefined,
  notes: () => [],
  separatesServices: true,
  lower: (state: ProxyState): LoweredState => ({
    content: () => ({
      family: state.family,
      ruleSet: asStored(asInstalled(lower(state), state.options.version)),
      sets: [],
      virtualServers: [],
      boundAddresses: [],
    }),
    print: (format) => (format === 'restore' ? restore(state) : save(state)),
    toJson: () => toJson(asInstalled(lower(state), state.options.version)),
  }),
  printContent: (format, { ruleSet }) => (format === 'save' ? [printSave(ruleSet)] : undefined),
};

function restore(state: ProxyState): Iterable<string> {
  const printer = new RestorePrinter(state.family);
  lowerInto(printer, state);
  return printer;
}

function save(state: ProxyState): Iterable<string> {
  const printer = new SavePrinter(state.family);
  const lowerSynced = (sink: RuleSink): void => {
    lowerInto(sink, state);
  };
  installInto(printer, lowerSynced, state.options.version);
  return printer;
}

/** A rule set contains only plain values. */
function toJson(ruleSet: RuleSet): Json {
  return ruleSet as unknown as Json;
}
