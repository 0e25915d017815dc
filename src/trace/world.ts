import type { TableName } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import type { ChainTable } from './chain.js';
import type { HostModel } from './host.js';
import type { SetLookup } from './sets.js';
import type { VirtualServers } from './virtual-server.js';

/** All that a packet may meet on a node, for one family. */
export interface World {
  readonly family: Family;
  readonly host: HostModel;
  readonly sets: SetLookup;
  readonly virtualServers: VirtualServers;
  /** Whether several rules ask this. */
  readonly isShared: (question: string) => boolean;
  readonly tables: ReadonlyMap<TableName, ChainTable>;
}
