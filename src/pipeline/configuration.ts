import { defaultVersion, type KubernetesVersion } from '../cluster/version.js';
import type { Finding } from '../diagnostics/finding.js';
import { readEmbedded } from '../manifests/embedded.js';
import type { JsonObject, ManifestObject, ManifestSet } from '../manifests/types.js';
import { validateObjects } from '../manifests/validate.js';
import { readConfiguration, type ProxyConfiguration } from '../proxy/configuration.js';

interface FoundConfiguration {
  readonly configuration: ProxyConfiguration;
  /** Whether there was a configuration; otherwise kube-proxy's defaults are used. */
  readonly isGiven: boolean;
  readonly notes: readonly string[];
  readonly findings: readonly Finding[];
}

/** What most modes do without clusterCIDR. */
export const withoutClusterCIDR =
  'without clusterCIDR, traffic to cluster IPs from outside the Pods is not masqueraded';
/** The note if kube-proxy's defaults are used. */
export const withoutConfiguration =
  "no KubeProxyConfiguration was given (--config), so kube-proxy's defaults apply: " + withoutClusterCIDR;

/**
 * The KubeProxyConfiguration of a set: an object of that kind, or a ConfigMap such as kubeadm's kube-system/kube-proxy.
 */
export async function findConfiguration(
  set: ManifestSet,
  version: KubernetesVersion = defaultVersion,
): Promise<FoundConfiguration> {
  for (const candidate of set.objects) {
    const object =
      candidate.kind === 'ConfigMap' && candidate.name.startsWith('kube-proxy') ? embeddedIn(candidate) : candidate;
    if (object?.kind !== 'KubeProxyConfiguration') continue;
    const findings = await validateObjects([object], version);
    const configuration = readConfiguration(object.value);
    return {
      configuration,
      isGiven: true,
      notes: [...ignoredFields(findings), ...missingValues(configuration)],
      findings,
    };
  }
  return { configuration: readConfiguration({}), isGiven: false, notes: [withoutConfiguration], findings: [] };
}

/**
 * kube-proxy starts nevertheless: it reads the file again leniently and logs a warning (cmd/kube-proxy/app,
 * loadConfig).
 */
function ignoredFields(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'error')
    .map(({ file, range: { start }, message }) => `${file}:${start.line}:${start.column}: ${message}`);
}

function missingValues({ detectLocalMode, clusterCIDR, masqueradeAll }: ProxyConfiguration): string[] {
  const isMissing = detectLocalMode === 'ClusterCIDR' && clusterCIDR === '' && !masqueradeAll;
  return isMissing
    ? [`the KubeProxyConfiguration has detectLocalMode ClusterCIDR but no clusterCIDR: ${withoutClusterCIDR}`]
    : [];
}

function embeddedIn(object: ManifestObject): ManifestObject | undefined {
  const data = object.value.data as JsonObject | undefined;
  const key = ['config.conf', 'config.yaml', 'config'].find((name) => typeof data?.[name] === 'string');
  return key === undefined ? undefined : readEmbedded(object, ['data', key]);
}
