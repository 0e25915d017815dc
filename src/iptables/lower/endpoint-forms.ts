import type { Family } from '../../net/address.js';
import type { Endpoint } from '../../proxy/endpoints.js';
import type { ServicePort } from '../../proxy/service-port.js';
import { isCanonicalIpv4, isPlainIpv6 } from '../address-text.js';
import { balancingRule, endpointRules } from './endpoint-rules.js';
import { endpointChain } from './names.js';
import { isPlainValue, type FillForm, type MakeForm } from '../rule-form.js';

/** Sample values in the notation of real endpoints that appear nowhere else in the rules. */
const sample = {
  name: 'sample-namespace/sample-name',
  hash: 'SAMPLE',
  balancer: 'KUBE-SVC-BALANCER',
  ipv4: { address: '192.0.2.1', hostPort: '198.51.100.1:65000' },
  ipv6: { address: '2001:db8::1', hostPort: '[2001:db8::2]:65000' },
} as const;

/** Services with more endpoints do not use forms: they would need a form for each share and use it only once. */
const mostShares = 1000;

/** The rules of endpoints as forms. For one protocol, they differ only in names, addresses and chains. */
export class EndpointForms {
  private readonly own = new Map<string, FillForm>();
  private readonly balancers: FillForm[] = [];

  constructor(
    private readonly make: MakeForm,
    private readonly family: Family,
    private readonly withComments: boolean,
  ) {}

  /** Whether the rules of these endpoints differ from the sample rules only in the sample values. */
  fit({ name, affinitySeconds }: ServicePort, endpoints: readonly Endpoint[]): boolean {
    const isPlain = this.family === 'ipv4' ? isCanonicalIpv4 : isPlainIpv6;
    return (
      endpoints.length <= mostShares &&
      affinitySeconds === undefined &&
      isPlainValue(name) &&
      endpoints.every(({ address }) => isPlain(address))
    );
  }

  /** The rules in the endpoint's own chain. */
  endpoint({ name, protocol }: ServicePort, { address, hostPort }: Endpoint, hash: string): void {
    let fill = this.own.get(protocol);
    if (fill === undefined) this.own.set(protocol, (fill = this.makeOwn(protocol)));
    fill([hash, name, address, hostPort]);
  }

  /** The endpoint's rule in the balancing chain, if it is one of the last `left`. */
  balancing({ name }: ServicePort, balancer: string, { hostPort }: Endpoint, hash: string, left: number): void {
    const fill = (this.balancers[left] ??= this.makeBalancer(left));
    fill([balancer, name, hostPort, hash]);
  }

  private makeOwn(protocol: ServicePort['protocol']): FillForm {
    const { address, hostPort } = sample[this.family];
    const chain = endpointChain(sample.hash);
    const rules = endpointRules(
      { name: sample.name, protocol, affinitySeconds: undefined },
      { address, hostPort },
      chain,
      this.withComments,
    );
    return this.make('nat', {
      chains: [{ name: chain }],
      rules,
      samples: [sample.hash, sample.name, address, hostPort],
    });
  }

  private makeBalancer(left: number): FillForm {
    const { address, hostPort } = sample[this.family];
    const servicePort = { name: sample.name, protocol: 'tcp', affinitySeconds: undefined } as const;
    const to = { endpoint: { address, hostPort }, chain: endpointChain(sample.hash) };
    const rule = balancingRule(servicePort, sample.balancer, to, left, this.withComments);
    return this.make('nat', {
      chains: [],
      rules: [rule],
      samples: [sample.balancer, sample.name, hostPort, sample.hash],
    });
  }
}
