/**
 * Splits an apiVersion: `apps/v1` is version v1 of group apps, `v1` is version v1 of the core group, which has no name.
 */
export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
