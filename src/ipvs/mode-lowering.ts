import { printSave } from '../iptables/print-save.js';
import type { LoweredState, ModeLowering } from '../node/mode.js';
import type { ProxyState } from '../proxy/state.js';
import { lower } from './lower.js';
import { notes } from './notes.js';
import { print, toJson, type IpvsFormat } from './print.js';
import { schedulerRefusal } from './scheduler.js';

/** How IPVS mode makes virtual servers, sets and rules, and prints them. */
export const ipvsLowering: ModeLowering = {
  name: 'ipvs',
  refusal: ({ configuration }) => schedulerRefusal(configuration.ipvs.scheduler),
  notes,
  lower: (state: ProxyState): LoweredState => {
    const lowered = lower(state);
    const { family, installed: ruleSet, sets, virtualServers, boundAddresses } = lowered;
    return {
      content: () => ({ family, ruleSet, sets, virtualServers, boundAddresses }),
      // The command offers this mode's formats only.
      print: (format) => [print(lowered, format as IpvsFormat)],
      toJson: () => toJson(lowered),
    };
  },
  printContent: (format, { ruleSet }) => (format === 'save' ? [printSave(ruleSet)] : undefined),
};
