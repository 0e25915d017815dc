import type { SourceText } from './types.js';

/** The names that kustomize looks for in a folder; two of them in one folder are a mistake. */
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Whether a file tells kustomize what to build; it is no object for a cluster. */
export function isKustomization({ name }: SourceText): boolean {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  return (kustomizationNames as readonly string[]).includes(base);
}
