import type { Claim } from '../compare/claims.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { ProxyState, ServicePortState } from '../proxy/state.js';
import type { ProxyDifference } from './proxy-difference.js';

/** The service ports of both sides, by the addresses that they claim. */
export class ServicePorts {
  private readonly before: PortsOfSide;
  private readonly after: PortsOfSide;

  constructor(before: ProxyState | undefined, after: ProxyState | undefined) {
    this.before = new PortsOfSide(before);
    this.after = new PortsOfSide(after);
  }

  /** Each side's data about the Service of a claim. */
  of(claim: Claim | undefined): Pick<ProxyDifference, 'ports' | 'states'> {
    const ports = { before: this.before.port(claim), after: this.after.port(claim) };
    return {
      ports,
      states: () => ({ before: this.before.state(ports.before), after: this.after.state(ports.after) }),
    };
  }
}

class PortsOfSide {
  private readonly byName: ReadonlyMap<string, ServicePort>;
  private readonly known = new Map<ServicePort, ServicePortState>();

  constructor(private readonly proxy: ProxyState | undefined) {
    this.byName = new Map(proxy?.servicePorts.map((one) => [`${one.name} ${one.protocol}`, one]));
  }

  port(claim: Claim | undefined): ServicePort | undefined {
    if (claim === undefined) return undefined;
    return this.byName.get(`${claim.service} ${claim.protocol}`);
  }

  /** Looks endpoints up once for each service port. */
  state(port: ServicePort | undefined): ServicePortState | undefined {
    if (port === undefined) return undefined;
    const known = this.known.get(port) ?? this.proxy?.stateOf(port);
    if (known !== undefined) this.known.set(port, known);
    return known;
  }
}
