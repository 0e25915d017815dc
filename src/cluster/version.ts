/** A minor version of Kubernetes 1.x, the value of `--kube-version`: `{ minor: 36 }` is 1.36. */
export interface KubernetesVersion {
  readonly minor: number;
}

export const oldestVersion: KubernetesVersion = { minor: 25 };
export const newestVersion: KubernetesVersion = { minor: 37 };
/** The newest version of kube-proxy that was run for comparison; newer versions are assumed to equal it. */
export const lastRecorded: KubernetesVersion = { minor: 36 };
export const defaultVersion: KubernetesVersion = { minor: 36 };

/** Reads `1.36`, `v1.36` or `1.36.2` (the patch is ignored); undefined if it is not between oldest and newest. */
export function parseVersion(text: string): KubernetesVersion | undefined {
  const minor = Number(/^v?1\.(\d{1,3})(?:\.\d+)?$/.exec(text)?.[1]);
  return minor >= oldestVersion.minor && minor <= newestVersion.minor ? { minor } : undefined;
}

/** `1.36` */
export function formatVersion(version: KubernetesVersion): string {
  return `1.${version.minor}`;
}
