/**
 * Compares diff's statements with the packet tracer: for every address of every Service and every kind of client,
 * applying the statements to the first side's outcome gives the second side's, and without a statement nothing changes.
 */
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { mistakes } from './mistakes.js';
import { scenario, sideOf, type Item, type Mode, type Scenario } from './support.js';

const names = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => !name.startsWith('large'));
const neighbours = names.slice(1).map((name, index) => [names[index] ?? '', name] as const);

describe.each<Mode>(['iptables', 'ipvs'])('claims in mode %s', (mode) => {
  it.each(neighbours)('from %s to %s', async (one, other) => {
    const a = await sideOf(scenario(one), mode);
    const b = await sideOf(scenario(other), mode);
    expect(mistakes(a, b)).toEqual([]);
  });
});

interface SliceEndpoint {
  addresses: string[];
  conditions: Record<string, boolean>;
  nodeName: string;
}
interface Port {
  name: string;
  port: number;
  nodePort?: number;
  protocol: string;
}
type Edit = (
  service: Record<string, unknown> & { ports: Port[] },
  slice: { endpoints: SliceEndpoint[]; ports: Port[] },
  items: Item[],
) => void;

function becomes(service: Record<string, unknown>, type: string): void {
  for (const field of [
    'allocateLoadBalancerNodePorts',
    'healthCheckNodePort',
    'loadBalancerSourceRanges',
    'externalTrafficPolicy',
  ])
    Reflect.deleteProperty(service, field);
  service.type = type;
}

/** Typical changes of Services, one at a time. */
const edits: Readonly<Record<string, (number: number) => Edit>> = {
  scaleUp:
    (number) =>
    (_, { endpoints }) => {
      for (let index = 0; index <= number % 4; index++)
        endpoints.push({
          addresses: [`10.244.2.${100 + index}`],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName: index % 2 === 0 ? 'node-1' : 'node-2',
        });
    },
  scaleDown: (number) => (_, slice) => {
    slice.endpoints = slice.endpoints.slice(0, number % 3);
  },
  readiness:
    (number) =>
    (_, { endpoints }) => {
      endpoints.forEach(({ conditions }, index) => {
        conditions.ready = ((number >> index) & 1) === 1;
      });
    },
  terminating:
    (number) =>
    (_, { endpoints }) => {
      endpoints.forEach(({ conditions }, index) => {
        conditions.terminating = ((number >> index) & 1) === 1;
      });
    },
  place:
    (number) =>
    (_, { endpoints }) => {
      endpoints.forEach((endpoint, index) => {
        endpoint.nodeName = ((number >> index) & 1) === 1 ? 'node-1' : 'node-2';
      });
    },
  address: (number) => (service) => {
    service.clusterIP = `10.96.5.${(number % 250) + 1}`;
    service.clusterIPs = [service.clusterIP];
  },
  port: (number) => (service) => {
    for (const port of service.ports) port.port += number % 5;
  },
  targetPort:
    (number) =>
    (_, { ports }) => {
      for (const port of ports) port.port += number % 3;
    },
  portName: () => (service, slice) => {
    for (const port of [...service.ports, ...slice.ports]) port.name = `${port.name}-2`;
  },
  protocol: () => (service, slice) => {
    for (const port of [...service.ports, ...slice.ports]) port.protocol = port.protocol === 'TCP' ? 'UDP' : 'TCP';
  },
  rename: () => (_, __, items) => {
    for (const { kind, metadata } of items) {
      if (kind === 'Service') metadata.name = 'site';
      if (kind === 'EndpointSlice') metadata.labels = { 'kubernetes.io/service-name': 'site' };
    }
  },
  externalPolicy: (number) => (service) => {
    becomes(service, 'NodePort');
    service.externalTrafficPolicy = number % 2 === 0 ? 'Local' : 'Cluster';
    service.ports.forEach((port, index) => {
      port.nodePort = 30100 + index;
    });
  },
  internalPolicy: (number) => (service) => {
    service.internalTrafficPolicy = number % 2 === 0 ? 'Local' : 'Cluster';
  },
  externalIP: (number) => (service) => {
    service.externalIPs = [`198.51.100.${(number % 3) + 1}`];
  },
  nodePort: (number) => (service) => {
    becomes(service, 'NodePort');
    service.ports.forEach((port, index) => {
      port.nodePort = 31000 + (number % 7) * 10 + index;
    });
  },
  balancer: (number) => (service, _, items) => {
    becomes(service, 'LoadBalancer');
    service.loadBalancerSourceRanges = [['10.0.0.0/8'], ['10.1.0.0/16', '192.168.0.0/24'], ['203.0.113.128/25']][
      number % 3
    ];
    service.ports.forEach((port, index) => {
      port.nodePort = 30200 + index;
    });
    const object = items.find(({ kind }) => kind === 'Service');
    if (object !== undefined) object.status = { loadBalancer: { ingress: [{ ip: '203.0.113.9', ipMode: 'VIP' }] } };
  },
  remove: () => (_, __, items) => {
    items.splice(0, items.length, ...items.filter(({ kind }) => kind !== 'Service'));
  },
};

function edited(base: Scenario, chosen: readonly (readonly [string, number])[]): Scenario {
  const items = structuredClone(base.items);
  for (const [name, number] of chosen) {
    const service = items.find(({ kind }) => kind === 'Service');
    const slice = items.find(({ kind }) => kind === 'EndpointSlice');
    if (service !== undefined && slice !== undefined)
      edits[name]?.(number)(service.spec as never, slice as never, items);
  }
  return { ...base, items };
}

describe.each<Mode>(['iptables', 'ipvs'])('claims about edited Services in mode %s', (mode) => {
  const bases = [
    'clusterip-3',
    'etp-local-with-local',
    'nodeport',
    'external-ips',
    'multi-port-udp-sctp',
    'lb-ranges-node-not-in',
  ];
  const chosen = fc.array(fc.tuple(fc.constantFrom(...Object.keys(edits)), fc.nat(1000)), {
    minLength: 1,
    maxLength: 3,
  });

  it('apply to what the first side does and give what the second does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bases), chosen, async (name, changes) => {
        const base = scenario(name);
        expect(mistakes(await sideOf(base, mode), await sideOf(edited(base, changes), mode))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
