import type { SourceText } from './types.js';

/** The file names that kustomize looks for in a folder; two of them in one folder are an error. */
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/**
 * Whether a file is a kustomization, not an object for a cluster. Flux has an object of the same kind, which people
 * store in files with that name.
 */
export function isKustomization({ name, text }: SourceText): boolean {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  return (kustomizationNames as readonly string[]).includes(base) && !isOfFlux.test(text);
}

const isOfFlux = /^apiVersion:[ \t]*["']?kustomize\.toolkit\.fluxcd\.io\//m;
