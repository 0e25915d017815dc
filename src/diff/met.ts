/** Which addresses and ports packets may have as destination. */
import { readAddress } from '../walk/address.js';
import { addressSets } from '../walk/address-set.js';
import { traceProtocols } from '../walk/packet.js';
import { portSets, transportsTogether, type Block } from '../walk/transport.js';

/** A destination as a rule names it, as far as it does. */
export interface NamedDestination {
  readonly address?: string | undefined;
  /** `tcp`, `udp`, … */
  readonly protocol?: string | undefined;
  readonly port?: number | undefined;
}

/** Whether packets to one of these destinations may match a rule for the given one; some that cannot count, too. */
export function meetingAny(destinations: readonly Block[]): (named: NamedDestination) => boolean {
  const addresses = addressSets.of(destinations.flatMap((block) => addressSets.pairs(block.addresses)));
  const transport = transportsTogether(destinations.map((block) => block.transport));
  return ({ address, protocol, port }) => {
    const value = readAddress(address ?? '')?.value;
    if (value !== undefined) return addressSets.has(addresses, value);
    const name = traceProtocols.find((one) => one === protocol);
    return name === undefined || port === undefined || portSets.has(transport[name], port);
  };
}
