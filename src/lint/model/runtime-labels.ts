import type { WorkloadView } from './workload.js';

type Labels = ReadonlyMap<string, string>;

/**
 * Labels that programs set at run time on their leading Pod: Vault (`vault-active`), Patroni (`role`, `spilo-role`),
 * CloudNativePG (`cnpg.io/instanceRole`), MinIO's operator (`operator: leader`), and similar ones.
 */
const roleKey = /(?:^|[-_./])(?:role|instancerole|leader|active|initialized|sealed|standby|primary)$/i;
const roleValue =
  /^(?:true|false|leader|master|primary|active|replica|standby|secondary|slave|follower|writer|reader)$/i;

/**
 * The label that a program probably sets on its own Pods: no template in the namespace has its key, its name means a
 * role, and the rest of the selector matches a workload.
 */
export function runtimeLabel(
  selector: Labels,
  workloads: readonly WorkloadView[],
  select: (rest: Labels) => readonly WorkloadView[],
): string | undefined {
  const roles = [...selector].filter(([key, value]) => roleValue.test(value) || roleKey.test(key));
  if (roles.length === 0 || roles.length === selector.size) return undefined;
  if (roles.some(([key]) => workloads.some(({ labels }) => labels.has(key)))) return undefined;
  const rest = new Map([...selector].filter((pair) => !roles.some(([key]) => key === pair[0])));
  return select(rest).length > 0 ? roles[0]?.[0] : undefined;
}

/** Whether two values are versions: `v10` and `v11`. */
export function areVersions(first: string, second: string): boolean {
  const withoutDigits = (text: string): string => text.replace(/\d+/g, '#');
  return first !== second && withoutDigits(first) === withoutDigits(second);
}
