import type { Family } from '../net/address.js';
import type { PacketWords } from '../question/words.js';
import type { Arguments } from './command.js';
import { scopeOf } from './name-scope.js';

/** The description of a packet in the options of a command line. */
export function packetWordsOf(args: Arguments): PacketWords {
  return {
    to: args.value('to'),
    from: args.value('from'),
    protocol: args.value('protocol'),
    inInterface: args.value('in-interface'),
    isLocal: args.has('local'),
    mark: args.value('mark'),
    ipFamily: args.value('ip-family') as Family | undefined,
    node: args.value('node'),
    scope: scopeOf(args),
  };
}
