import { isKustomization } from './kustomization-name.js';
import type { SourceText } from './types.js';

const known = new WeakMap<readonly SourceText[], ReadonlySet<string>>();

/** Whether a file is in the folder of a component of kustomize, or below it: unrelated applications may share it. */
export function isOfComponent(file: string, sources: readonly SourceText[]): boolean {
  let folders = known.get(sources);
  if (folders === undefined) known.set(sources, (folders = componentFolders(sources)));
  for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1))
    if (folders.has(file.slice(0, end + 1))) return true;
  return false;
}

function componentFolders(sources: readonly SourceText[]): ReadonlySet<string> {
  const components = sources.filter(
    (source) => isKustomization(source) && /^kind:[ \t]*Component\b/m.test(source.text),
  );
  return new Set(components.map(({ name }) => name.slice(0, name.lastIndexOf('/') + 1)));
}
