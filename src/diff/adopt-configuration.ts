import type { PodDetector } from '../explain/traffic/clients.js';
import type { ProxyConfiguration } from '../proxy/configuration.js';
import type { NodeModel } from '../node/types.js';
import { detectorOfRules } from './detector.js';

/** A configuration completed with facts from a node's rules, and a sentence that describes them. */
interface AdoptedConfiguration {
  readonly configuration: ProxyConfiguration;
  readonly hints: readonly string[];
}

/**
 * If no KubeProxyConfiguration is given, the detection of Pod traffic is read from the node's rules. With kube-proxy's
 * defaults instead, every Service would differ.
 */
export function adoptConfiguration(configuration: ProxyConfiguration, dump: NodeModel): AdoptedConfiguration {
  const detectors = dump.families.flatMap((family) => detectorOfRules(family) ?? []);
  const settings = settingsFor(detectors);
  if (settings === undefined) return { configuration, hints: [] };
  const words = Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  return {
    configuration: { ...configuration, ...settings },
    hints: [
      'No KubeProxyConfiguration was given (--config), so the way to recognise Pods was taken from the ' +
        `node: ${words}`,
    ],
  };
}

type Settings =
  | Pick<ProxyConfiguration, 'clusterCIDR'>
  | Pick<ProxyConfiguration, 'detectLocalMode' | 'bridgeInterface'>
  | Pick<ProxyConfiguration, 'detectLocalMode' | 'interfaceNamePrefix'>;

function settingsFor(detectors: readonly PodDetector[]): Settings | undefined {
  const [first] = detectors;
  if (first === undefined) return undefined;
  if (first.kind === 'sourcePrefix')
    return { clusterCIDR: detectors.flatMap((one) => (one.kind === 'sourcePrefix' ? [one.prefix] : [])).join(',') };
  return first.name.endsWith('+')
    ? { detectLocalMode: 'InterfaceNamePrefix', interfaceNamePrefix: first.name.slice(0, -1) }
    : { detectLocalMode: 'BridgeInterface', bridgeInterface: first.name };
}
