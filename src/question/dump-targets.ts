/** Finds the addresses of Services in a dump like `kubechains explain`: by comments, else by hashes of names. */
import { discoverServices } from '../explain/rules/discover-services.js';
import { RuleIndex } from '../explain/rules/rule-index.js';
import type { NodeContent } from '../node/content.js';
import { traceProtocols } from '../walk/packet.js';
import { fitsPort, type ServiceReference, type ServiceTarget } from '../node/service-target.js';
import { servicesIn } from '../node/found-service-port.js';

/** The cluster IPs of a Service. Linear in the rules. */
export function targetsInRules(content: NodeContent, { namespace, name, port }: ServiceReference): ServiceTarget[] {
  const qualified = `${namespace}/${name}`;
  const names = [qualified, ...(port === undefined ? [] : [`${qualified}:${port}`])];
  return discoverServices(content, new RuleIndex(content.ruleSet), [], names).flatMap((found) => {
    const protocol = traceProtocols.find((one) => one === found.protocol);
    if (found.name?.namespace !== namespace || found.name.service !== name || protocol === undefined) return [];
    const portName = found.name.port;
    const servicePort = found.name.text;
    const { addresses } = found;
    return addresses
      .filter((one) => one.kind === 'clusterIP' && fitsPort(port, portName, one.port))
      .map((one) => ({ servicePort, address: one.address, port: one.port, protocol, addresses }));
  });
}

/** The names of Services in a dump, as `namespace/name`. */
export function serviceNamesInRules(content: NodeContent): string[] {
  const found = discoverServices(content, new RuleIndex(content.ruleSet), []);
  return [...new Set(servicesIn(found))];
}
