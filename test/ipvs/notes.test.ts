import { ipvsLowering } from '../../src/ipvs/mode-lowering.js';
import { notes } from '../../src/ipvs/notes.js';
import { schedulers } from '../../src/ipvs/scheduler.js';
import type { JsonObject } from '../../src/manifests/types.js';
import { service, stateOf, type StateOptions } from '../support/states.js';

function notesWith(configuration: JsonObject, options: StateOptions = {}): string {
  return notes(stateOf({ configuration: { ipvs: configuration }, minor: 34, ...options })).join('\n');
}

const loadBalancer = service({ type: 'LoadBalancer', loadBalancerIngress: [{ ip: '203.0.113.7', ipMode: 'VIP' }] });

describe('notes of IPVS mode', () => {
  it('say from 1.35 on that it is deprecated, and what to move to', () => {
    expect(notesWith({}, { minor: 34 })).toBe('');
    expect(notesWith({}, { minor: 35 })).toMatch(/^IPVS mode is deprecated since Kubernetes 1\.35 .* nftables/);
  });

  it('say what strictARP does, which no output shows', () => {
    expect(notesWith({ strictARP: true })).toContain('arp_ignore=1');
  });

  it("warn of ARP answers where an address is not the cluster's own, in IPv4 only", () => {
    expect(notesWith({}, { services: [loadBalancer] })).toContain('every node answers ARP for 203.0.113.7');
    expect(notesWith({}, { services: [loadBalancer], family: 'ipv6' })).toBe('');
    expect(notesWith({}, { services: [service({ externalIPs: ['192.168.0.2'] })] })).toBe('');
  });

  it('say what excludeCIDRs does where the family has some, and name Services within', () => {
    expect(notesWith({ excludeCIDRs: ['fd00::/8'] })).toBe('');
    expect(notesWith({ excludeCIDRs: ['172.16.0.0/12'] })).toMatch(/not shown here$/);
    expect(notesWith({ excludeCIDRs: ['10.96.0.0/16'] })).toMatch(/after a Service is deleted: 10\.96\.0\.50$/);
  });
});

describe('the scheduler', () => {
  it.each(schedulers)('%s is accepted', (scheduler) => {
    expect(ipvsLowering.refusal(stateOf({ configuration: { ipvs: { scheduler } } }).options)).toBeUndefined();
  });

  it('is rr where none is configured', () => {
    expect(ipvsLowering.refusal(stateOf({ configuration: { ipvs: { scheduler: '' } } }).options)).toBeUndefined();
  });

  it.each(['RR', 'wrrr', 'rr -p 1', '__proto__', 'twos'])('%j is refused, with those there are', (scheduler) => {
    expect(ipvsLowering.refusal(stateOf({ configuration: { ipvs: { scheduler } } }).options)).toContain(
      'choose one of rr, wrr, lc',
    );
  });
});
