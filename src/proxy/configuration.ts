import type { JsonObject } from '../manifests/types.js';
import { objectOf, textOf, textsOf } from '../manifests/values.js';

export type DetectLocalMode = 'ClusterCIDR' | 'NodeCIDR' | 'BridgeInterface' | 'InterfaceNamePrefix';

/**
 * The fields of a KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1) that affect rules. Absent fields have
 * kube-proxy's defaults. Field names are those of the file.
 */
export interface ProxyConfiguration {
  readonly mode: string;
  readonly hostnameOverride: string;
  readonly bindAddress: string;
  readonly clusterCIDR: string;
  readonly detectLocalMode: DetectLocalMode;
  readonly bridgeInterface: string;
  readonly interfaceNamePrefix: string;
  readonly nodePortAddresses: readonly string[];
  /** The bit of the packet mark that requests masquerading, 0 to 31. */
  readonly masqueradeBit: number;
  readonly masqueradeAll: boolean;
  readonly localhostNodePorts: boolean;
  readonly conntrackTCPBeLiberal: boolean;
  readonly ipvs: IpvsConfiguration;
  readonly nftables: NftablesConfiguration;
}

/** kube-proxy's default for `masqueradeBit`, in every mode. */
export const defaultMasqueradeBit = 14;

/** The settings for nftables mode, which ignores the section of iptables mode. */
export interface NftablesConfiguration {
  readonly masqueradeBit: number;
  readonly masqueradeAll: boolean;
}

export interface IpvsConfiguration {
  readonly scheduler: string;
  readonly strictARP: boolean;
  readonly excludeCIDRs: readonly string[];
}

const detectLocalModes: readonly string[] = ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix'];

/**
 * Reads a validated KubeProxyConfiguration; `{}` gives kube-proxy's defaults
 * (pkg/proxy/apis/config/v1alpha1/defaults.go). Values of a wrong type count as absent; validation has already reported
 * them.
 */
export function readConfiguration(value: JsonObject): ProxyConfiguration {
  const iptables = objectOf(value.iptables);
  const detectLocal = objectOf(value.detectLocal);
  const mode = textOf(value.detectLocalMode);
  return {
    mode: textOf(value.mode),
    hostnameOverride: textOf(value.hostnameOverride).trim().toLowerCase(),
    bindAddress: textOf(value.bindAddress),
    clusterCIDR: textOf(value.clusterCIDR),
    detectLocalMode: detectLocalModes.includes(mode) ? (mode as DetectLocalMode) : 'ClusterCIDR',
    bridgeInterface: textOf(detectLocal.bridgeInterface),
    interfaceNamePrefix: textOf(detectLocal.interfaceNamePrefix),
    nodePortAddresses: textsOf(value.nodePortAddresses),
    masqueradeBit: typeof iptables.masqueradeBit === 'number' ? iptables.masqueradeBit : defaultMasqueradeBit,
    masqueradeAll: iptables.masqueradeAll === true,
    localhostNodePorts: iptables.localhostNodePorts !== false,
    conntrackTCPBeLiberal: objectOf(value.conntrack).tcpBeLiberal === true,
    ipvs: readIpvs(objectOf(value.ipvs)),
    nftables: readNftables(objectOf(value.nftables)),
  };
}

function readNftables({ masqueradeBit, masqueradeAll }: JsonObject): NftablesConfiguration {
  return {
    masqueradeBit: typeof masqueradeBit === 'number' ? masqueradeBit : defaultMasqueradeBit,
    masqueradeAll: masqueradeAll === true,
  };
}

function readIpvs(ipvs: JsonObject): IpvsConfiguration {
  return {
    scheduler: textOf(ipvs.scheduler) || 'rr',
    strictARP: ipvs.strictARP === true,
    excludeCIDRs: textsOf(ipvs.excludeCIDRs),
  };
}
