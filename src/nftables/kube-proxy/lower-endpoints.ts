import type { Endpoint } from '../../proxy/endpoints.js';
import type { ProxyState, ServicePortState } from '../../proxy/state.js';
import type { Statement, Verdict } from '../types.js';
import { has } from './changes.js';
import type { ElementMemory } from './element-memory.js';
import { markChain } from './lower-node.js';
import { endpointName, type ServicePortNames } from './names.js';
import type { Transaction } from './transaction.js';
import {
  concatenation,
  familyWords,
  goto,
  jump,
  literal,
  match,
  meta,
  named,
  payload,
  randomly,
  type FamilyWords,
} from './vocabulary.js';

/** An endpoint with the names of its chain and its affinity set. */
interface Named {
  readonly endpoint: Endpoint;
  readonly chain: string;
  readonly affinity: string;
}

/**
 * Lowers the part from a service port's chains to its endpoints (writeServiceToEndpointRules and the code after it).
 */
export class EndpointLowering {
  private readonly words: FamilyWords;
  private readonly translatesByMap: boolean;

  constructor(
    state: ProxyState,
    private readonly transaction: Transaction,
    private readonly elements: ElementMemory,
  ) {
    this.words = familyWords[state.family];
    this.translatesByMap = has(state.options.version, 'translatesByMap');
  }

  /** Writes what precedes the service port's own chains: chains of endpoints, and hairpin connections. */
  declare(choice: ServicePortState, names: ServicePortNames): void {
    for (const endpoint of choice.reachable) {
      if (this.hasChains(choice)) {
        const { chain } = nameOf(names, endpoint);
        this.transaction.addChain({ name: chain });
        this.transaction.flushChain(chain);
      }
      if (this.translatesByMap && endpoint.isLocal) this.rememberHairpin(choice, endpoint);
    }
  }

  /** Writes the rules that choose an endpoint, and the rules of the endpoints. */
  lower(choice: ServicePortState, names: ServicePortNames): void {
    if (this.hasChains(choice)) this.lowerWithChains(choice, names);
    else {
      this.addMap(choice, names.cluster, choice.cluster);
      this.addMap(choice, names.local, choice.local);
    }
  }

  /** Since 1.36, endpoints need chains only for affinity: their rules record the client. */
  private hasChains({ servicePort }: ServicePortState): boolean {
    return !this.translatesByMap || servicePort.affinitySeconds !== undefined;
  }

  private rememberHairpin({ servicePort }: ServicePortState, { address, port }: Endpoint): void {
    this.elements.add('hairpin-connections', [
      literal(address),
      literal(address),
      literal(servicePort.protocol),
      literal(port),
    ]);
  }

  private addMap({ servicePort }: ServicePortState, chain: string, endpoints: readonly Endpoint[]): void {
    if (endpoints.length === 0) return;
    const map = randomly(endpoints.map(({ address, port }) => concatenation(literal(address), literal(port))));
    this.addRule(chain, [
      match(meta('l4proto'), literal(servicePort.protocol)),
      { kind: 'dnat', family: this.words.header, address: { kind: 'map', ...map } },
    ]);
  }

  private lowerWithChains(choice: ServicePortState, names: ServicePortNames): void {
    const { servicePort, reachable } = choice;
    const all = new Map(reachable.map((endpoint) => [endpoint, nameOf(names, endpoint)]));
    if (servicePort.affinitySeconds !== undefined)
      for (const { affinity } of all.values()) this.addAffinitySet(affinity, servicePort.affinitySeconds);
    this.balance(choice, names.cluster, choice.cluster, names);
    this.balance(choice, names.local, choice.local, names);
    for (const one of all.values()) this.fillChain(choice, one);
  }

  private addAffinitySet(name: string, seconds: number): void {
    this.transaction.addSet({
      kind: 'set',
      name,
      key: { kind: 'type', names: [this.words.addressType] },
      flags: ['dynamic', 'timeout'],
      timeout: seconds * 1000,
    });
  }

  private balance(
    { servicePort }: ServicePortState,
    chain: string,
    endpoints: readonly Endpoint[],
    names: ServicePortNames,
  ): void {
    if (endpoints.length === 0) return;
    const all = endpoints.map((endpoint) => nameOf(names, endpoint));
    if (servicePort.affinitySeconds !== undefined)
      for (const one of all) this.addRule(chain, [match(this.source(), named(one.affinity)), goto(one.chain)]);
    const { key, map } = randomly(all.map((one): Verdict => goto(one.chain)));
    this.addRule(chain, [{ kind: 'verdictMap', key, map }]);
  }

  private fillChain({ servicePort }: ServicePortState, { endpoint, chain, affinity }: Named): void {
    if (!this.translatesByMap) this.addRule(chain, [match(this.source(), literal(endpoint.address)), jump(markChain)]);
    if (servicePort.affinitySeconds !== undefined)
      this.addRule(chain, [{ kind: 'setUpdate', operation: 'update', set: affinity, element: { key: this.source() } }]);
    this.addRule(chain, [
      match(meta('l4proto'), literal(servicePort.protocol)),
      { kind: 'dnat', address: literal(endpoint.address), port: literal(endpoint.port) },
    ]);
  }

  private source(): ReturnType<typeof payload> {
    return payload(this.words.header, 'saddr');
  }

  private addRule(chain: string, statements: readonly Statement[]): void {
    this.transaction.addRule(chain, { statements });
  }
}

function nameOf(names: ServicePortNames, endpoint: Endpoint): Named {
  const name = endpointName(names, endpoint);
  return { endpoint, chain: `endpoint-${name}`, affinity: `affinity-${name}` };
}
