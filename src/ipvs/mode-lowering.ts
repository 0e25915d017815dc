import type { LoweredState, ModeLowering } from '../node/mode.js';
import type { ProxyState } from '../proxy/state.js';
import { lower } from './lower.js';
import { notes } from './notes.js';
import { contentOf, print, printContent, toJson, type IpvsFormat } from './print.js';
import { schedulerRefusal } from './scheduler.js';

/** Makes and prints virtual servers, sets and rules of IPVS mode. */
export const ipvsLowering: ModeLowering = {
  name: 'ipvs',
  refusal: ({ configuration }) => schedulerRefusal(configuration.ipvs.scheduler),
  notes,
  lower: (state: ProxyState): LoweredState => {
    const lowered = lower(state);
    return {
      content: () => contentOf(lowered),
      // The command accepts only this mode's formats.
      print: (format) => [print(lowered, format as IpvsFormat)],
      toJson: () => toJson(lowered),
    };
  },
  printContent: (format, content) => {
    const text = printContent(format, content);
    return text === undefined ? undefined : [text];
  },
};
