/** Reads texts that name several addresses, ports, protocols or interfaces. */
import { addressSets } from '../walk/address-set.js';
import { readAddressSet, readPortSet, type AddressWords } from '../walk/set-text.js';
import type { PortSet } from '../walk/transport.js';

export interface Place {
  readonly addresses: AddressWords;
  readonly ports: PortSet | undefined;
}

/** Whether a text names several addresses, ports, protocols or interfaces. */
export function isSetText(text: string): boolean {
  return /^any(?::|$)/.test(text) || text.includes(',') || isPlaceOfMany(text);
}

/** An address followed by a sign of a range or prefix. */
export const likeSet = /^\[?[\da-f]*[.:][\da-f.:]*[/-]/i;

function isPlaceOfMany(text: string): boolean {
  const place = readPlace(text);
  if (place === undefined) return likeSet.test(text);
  const isOneAddress = addressSets.single(place.addresses.set) !== undefined;
  return !isOneAddress || (place.ports !== undefined && place.ports[0] !== place.ports[1]);
}

/** `SET`, `SET:PORTS`, `[SET]:PORTS`; undefined for other texts. */
export function readPlace(text: string): Place | undefined {
  const [, bracketed, ports] = /^\[([^\]]+)\](?::(.+))?$/.exec(text) ?? [];
  const isBare = bracketed === undefined;
  const whole = isBare ? readAddressSet(text) : undefined;
  if (whole !== undefined) return { addresses: whole, ports: undefined };
  const [, plain, plainPorts] = /^([^:]+):(.+)$/.exec(text) ?? [];
  const addresses = readAddressSet(bracketed ?? plain ?? '');
  if (addresses === undefined) return undefined;
  const portText = isBare ? plainPorts : ports;
  const set = portText === undefined ? undefined : readPortSet(portText);
  return portText !== undefined && set === undefined ? undefined : { addresses, ports: set };
}
