import type { LoweredState, ProxyMode } from '../proxy/mode.js';
import type { ProxyState } from '../proxy/state.js';
import { lower } from './lower.js';
import { notes } from './notes.js';
import { formats, print, toJson, type IpvsFormat } from './print.js';
import { schedulerRefusal } from './scheduler.js';

/** IPVS mode: virtual servers, sets, the addresses of kube-ipvs0 and the iptables part that goes with them. */
export const ipvs: ProxyMode = {
  name: 'ipvs',
  formats,
  refusal: (state) => schedulerRefusal(state.options.configuration.ipvs.scheduler),
  notes,
  lower: (state: ProxyState): LoweredState => {
    const lowered = lower(state);
    return {
      // The command offers this mode's formats only.
      print: (format) => [print(lowered, format as IpvsFormat)],
      toJson: () => toJson(lowered),
    };
  },
};
