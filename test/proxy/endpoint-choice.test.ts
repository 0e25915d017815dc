import { endpoint, service, slice, stateOf, type StateOptions } from '../support/states.js';
import type { Service, SliceEndpoint } from '../../src/cluster/types.js';

/** The endpoints that each policy uses, by the last byte of their address; 1.30's choices are recorded in golden/. */
function choose(
  endpoints: readonly SliceEndpoint[],
  changes: Partial<Service> = {},
  options: StateOptions = {},
): Record<string, unknown> {
  const state = stateOf({ services: [service(changes)], slices: [slice(endpoints)], ...options });
  const [servicePort] = state.servicePorts;
  if (servicePort === undefined) throw new Error('no service port');
  const { cluster, local, reachable, hasAny } = state.stateOf(servicePort);
  const last = (list: typeof cluster): number[] => list.map((one) => Number(one.address.split('.')[3]));
  return { cluster: last(cluster), local: last(local), reachable: last(reachable), hasAny };
}

const here = { nodeName: 'node-1' };
const notReady = { ready: false, serving: false };
const draining = { ready: false, serving: true, terminating: true };
const external = {
  type: 'NodePort' as const,
  ports: [{ name: 'http', protocol: 'TCP' as const, port: 80, targetPort: 8080, nodePort: 30080 }],
};

describe('endpoints of a service port', () => {
  it('are the ready ones, in order of address', () => {
    expect(choose([endpoint('10.244.2.7'), endpoint('10.244.2.5'), endpoint('10.244.2.6', notReady)])).toEqual({
      cluster: [5, 7],
      local: [],
      reachable: [5, 7],
      hasAny: true,
    });
  });

  it('are those that still serve while terminating where none is ready (KEP-1669)', () => {
    expect(choose([endpoint('10.244.2.5', draining), endpoint('10.244.2.6', notReady)]).cluster).toEqual([5]);
    expect(choose([endpoint('10.244.2.5', draining), endpoint('10.244.2.6')]).cluster).toEqual([6]);
  });

  it('of internal policy Local are those of this node, without a cluster list', () => {
    expect(choose([endpoint('10.244.2.5'), endpoint('10.244.1.6', here)], { internalTrafficPolicy: 'Local' })).toEqual({
      cluster: [],
      local: [6],
      reachable: [6],
      hasAny: true,
    });
  });

  it('of internal policy Local exist though none is here, so packets are dropped and not refused', () => {
    expect(choose([endpoint('10.244.2.5')], { internalTrafficPolicy: 'Local' })).toEqual({
      cluster: [],
      local: [],
      reachable: [],
      hasAny: true,
    });
  });

  it('of external policy Local keep the cluster list for traffic from this node itself', () => {
    expect(
      choose([endpoint('10.244.2.5'), endpoint('10.244.1.6', here)], { ...external, externalTrafficPolicy: 'Local' }),
    ).toEqual({ cluster: [6, 5], local: [6], reachable: [6, 5], hasAny: true });
  });

  it('of external policy Local fall back to draining ones of this node even while others are ready elsewhere', () => {
    const choice = choose([endpoint('10.244.2.5'), endpoint('10.244.1.6', { ...here, ...draining })], {
      ...external,
      externalTrafficPolicy: 'Local',
    });
    expect(choice).toEqual({ cluster: [5], local: [6], reachable: [6, 5], hasAny: true });
  });
});

describe('topology hints', () => {
  const hinted = [endpoint('10.244.1.5', { zoneHints: ['a'] }), endpoint('10.244.2.6', { zoneHints: ['b'] })];
  const annotated = { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } };

  it('of 1.30 count with the annotation only', () => {
    expect(choose(hinted, {}, { minor: 30 }).cluster).toEqual([5, 6]);
    expect(choose(hinted, annotated, { minor: 30 }).cluster).toEqual([5]);
  });

  it('count by themselves from 1.31 on', () => {
    expect(choose(hinted, {}, { minor: 31 }).cluster).toEqual([5]);
  });

  it('are left aside where one ready endpoint has none', () => {
    expect(choose([...hinted, endpoint('10.244.2.7')], annotated).cluster).toEqual([5, 6, 7]);
    expect(choose([...hinted, endpoint('10.244.2.7', notReady)], annotated).cluster).toEqual([5]);
  });

  it('are left aside where none names this zone', () => {
    expect(choose([endpoint('10.244.2.6', { zoneHints: ['b'] })], annotated).cluster).toEqual([6]);
  });

  it('for nodes go before those for zones from 1.34 on (KEP-3015)', () => {
    const both = [
      endpoint('10.244.1.5', { zoneHints: ['a'], nodeHints: ['node-1'] }),
      endpoint('10.244.1.6', { zoneHints: ['a'], nodeHints: ['node-3'] }),
    ];
    expect(choose(both, {}, { minor: 33 }).cluster).toEqual([5, 6]);
    expect(choose(both, {}, { minor: 34 }).cluster).toEqual([5]);
  });
});
