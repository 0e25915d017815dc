/** A minor version of Kubernetes 1.x, as `--kube-version` takes it: `{ minor: 36 }` is 1.36. */
export interface KubernetesVersion {
  readonly minor: number;
}

export const oldestVersion: KubernetesVersion = { minor: 25 };
export const newestVersion: KubernetesVersion = { minor: 37 };
/** The newest version whose kube-proxy was run to compare with; newer ones follow it. */
export const lastRecorded: KubernetesVersion = { minor: 36 };
export const defaultVersion: KubernetesVersion = { minor: 36 };

/**
 * Reads `1.36`, `v1.36` or `1.36.2` (the patch does not matter here); undefined for what is not between oldest and
 * newest.
 */
export function parseVersion(text: string): KubernetesVersion | undefined {
  const minor = Number(/^v?1\.(\d{1,3})(?:\.\d+)?$/.exec(text)?.[1]);
  return minor >= oldestVersion.minor && minor <= newestVersion.minor ? { minor } : undefined;
}

/** `1.36` */
export function formatVersion(version: KubernetesVersion): string {
  return `1.${version.minor}`;
}
