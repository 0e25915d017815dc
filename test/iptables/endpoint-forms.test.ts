/** Rules of endpoints are printed by filling in forms; the text must equal that of each rule printed alone. */
import fc from 'fast-check';
import { iptablesLowering } from '../../src/iptables/lower/mode-lowering.js';
import { asInstalled } from '../../src/iptables/lower/node.js';
import { lower } from '../../src/iptables/lower/lower.js';
import { printRestore } from '../../src/iptables/print/restore.js';
import { printSave } from '../../src/iptables/print/save.js';
import { TextForm } from '../../src/iptables/rule-form.js';
import { endpoint, service, slice, stateOf } from '../support/states.js';

const addresses = {
  ipv4: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.10', '192.0.2.1', '198.51.100.1', '010.0.0.3', '10.0.0.04'),
  ipv6: fc.constantFrom('fd00::1', 'fd00::2', '2001:db8::1', '2001:db8::2', 'FD00::3', 'fd00:0::4', '::ffff:10.0.0.1'),
};

describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
  it('what printers are handed rule by rule and in forms is the same', () => {
    const options = fc.record({
      name: fc.constantFrom('web', 'sample-name', '192.0.2.1'),
      namespace: fc.constantFrom('shop', 'sample-namespace'),
      portName: fc.constantFrom('', 'http'),
      protocol: fc.constantFrom('TCP', 'UDP', 'SCTP' as const),
      sessionAffinity: fc.constantFrom('None', 'ClientIP' as const),
      externalTrafficPolicy: fc.constantFrom('Cluster', 'Local' as const),
      nodePort: fc.constantFrom(0, 30080),
      endpoints: fc.uniqueArray(fc.tuple(addresses[family], fc.constantFrom('node-1', 'node-2')), {
        selector: ([address]) => address,
        maxLength: 6,
      }),
      minor: fc.constantFrom(30, 36),
      largeClusterEndpointsThreshold: fc.constantFrom(0, 1000),
    });
    fc.assert(
      fc.property(
        options,
        ({
          name,
          namespace,
          portName,
          protocol,
          endpoints,
          minor,
          largeClusterEndpointsThreshold,
          nodePort,
          ...policies
        }) => {
          const state = stateOf({
            family,
            minor,
            host: { largeClusterEndpointsThreshold },
            services: [
              service({
                ...policies,
                name,
                namespace,
                type: nodePort === 0 ? 'ClusterIP' : 'NodePort',
                clusterIPs: [family === 'ipv4' ? '10.96.0.50' : 'fd00:10:96::50'],
                ports: [{ name: portName, protocol, port: 80, targetPort: 8080, nodePort }],
              }),
            ],
            slices: [
              slice(
                endpoints.map(([address, nodeName]) => endpoint(address, { nodeName })),
                {
                  namespace,
                  serviceName: name,
                  addressType: family === 'ipv4' ? 'IPv4' : 'IPv6',
                  ports: [{ name: portName, protocol, port: 8080 }],
                },
              ),
            ],
          });
          const printed = (format: string): string => [...iptablesLowering.lower(state).print(format)].join('');
          expect(printed('restore')).toBe(printRestore(lower(state)));
          expect(printed('save')).toBe(printSave(asInstalled(lower(state))));
        },
      ),
      { numRuns: 300 },
    );
  });
});

it('a form has its values in the place of the samples, and nothing of them elsewhere', () => {
  const form = new TextForm('-A CHAIN -s 192.0.2.1/32 -j [2001:db8::1]:80 -g CHAIN\n', [
    'CHAIN',
    '192.0.2.1',
    '[2001:db8::1]:80',
  ]);
  expect(form.fill(['$&', '$1', 'CHAIN'])).toBe('-A $& -s $1/32 -j CHAIN -g $&\n');
});
