import type { UnreadSlice } from '../manifests/types.js';
import type { EndpointSlice, SliceEndpoint } from './types.js';

/** An EndpointSlice that parses its endpoints on first use, with a getter; object spread does not copy them. */
export class UnreadEndpointSlice implements EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  readonly serviceName: string;
  readonly labels: EndpointSlice['labels'];
  readonly addressType: EndpointSlice['addressType'];
  readonly ports: EndpointSlice['ports'];
  readonly object: EndpointSlice['object'];
  #read: readonly SliceEndpoint[] | undefined;

  constructor(
    rest: Omit<EndpointSlice, 'endpoints' | 'unread'>,
    readonly unread: UnreadSlice,
  ) {
    this.namespace = rest.namespace;
    this.name = rest.name;
    this.serviceName = rest.serviceName;
    this.labels = rest.labels;
    this.addressType = rest.addressType;
    this.ports = rest.ports;
    this.object = rest.object;
  }

  get endpoints(): readonly SliceEndpoint[] {
    return (this.#read ??= endpointsIn(this.unread));
  }
}

function endpointsIn(unread: UnreadSlice): SliceEndpoint[] {
  const endpoints: SliceEndpoint[] = [];
  unread.visit((address, ready, serving, terminating, nodeName, zone) => {
    const endpoint = { addresses: [address], ready, serving, terminating, nodeName };
    endpoints.push(zone === undefined ? endpoint : { ...endpoint, zoneHints: [zone] });
  });
  return endpoints;
}
