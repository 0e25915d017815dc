import type { Json, ManifestObject } from '../../manifests/types.js';
import { addressKey } from '../model/addresses.js';
import { childAt, isList } from '../../manifests/values.js';

/** What Services request that a cluster assigns only once: cluster IPs and node ports, as written. */
export class Claims {
  private readonly addresses = new Set<string>();
  private readonly ports = new Set<Json>();
  areDistinct = true;

  add({ value }: ManifestObject): void {
    const spec = childAt(value, 'spec');
    const clusterIPs = childAt(spec, 'clusterIPs');
    if (isList(clusterIPs) && clusterIPs.length > 0) for (const address of clusterIPs) this.address(address);
    else this.address(childAt(spec, 'clusterIP'));
    const ports = childAt(spec, 'ports');
    if (isList(ports)) for (const port of ports) this.port(childAt(port, 'nodePort'));
    this.port(childAt(spec, 'healthCheckNodePort'));
  }

  private address(written: Json | undefined): void {
    if (typeof written !== 'string' || written === '' || written === 'None') return;
    const key = addressKey(written) ?? written;
    if (this.addresses.has(key)) this.areDistinct = false;
    this.addresses.add(key);
  }

  private port(written: Json | undefined): void {
    if (typeof written !== 'number' || written === 0) return;
    if (this.ports.has(written)) this.areDistinct = false;
    this.ports.add(written);
  }
}
