import type { Json, SourceText } from './types.js';
import { isObject } from './values.js';

/** Why a document is not read as a Kubernetes object; undefined if it is one. */
export function reasonToSkip(value: Json): string | undefined {
  if (value === null) return 'the document is empty';
  if (!isObject(value)) return 'not a Kubernetes object: its top level is not a mapping';
  if (typeof value.kind !== 'string' && typeof value.apiVersion !== 'string')
    return 'not a Kubernetes object: it has neither apiVersion nor kind';
  if (typeof value.kind !== 'string' || value.kind === '') return 'not a Kubernetes object: it has no kind';
  if (typeof value.apiVersion !== 'string' || value.apiVersion === '')
    return 'not a Kubernetes object: it has no apiVersion';
  if (value.kind === 'Template' && /^(?:template\.openshift\.io\/)?v1$/.test(value.apiVersion))
    return 'a Template of OpenShift; fill it in to have its objects read: oc process --local -f FILE -o yaml';
  return undefined;
}

/** Whether a text contains template placeholders: it must first be rendered by Helm or similar. */
export function hasPlaceholder(text: string): boolean {
  return text.includes('{{') && text.includes('}}');
}

/**
 * Why an unreadable text is not an error if it was only found in a directory; undefined if it is one. Directories
 * contain templates, and files of other programs (settings, proposals, JSON with comments) that no cluster reads.
 */
export function reasonToLeaveBroken(source: SourceText, document: string): string | undefined {
  if (source.found !== true) return undefined;
  if (hasPlaceholder(document)) return 'a template ({{ … }}) that is not YAML before it is rendered';
  const isJson = source.name.endsWith('.json');
  if (
    (document.includes('apiVersion') && (!isJson || document.includes('kind'))) ||
    (/\bkind\b/.test(document) && /\bmetadata\b/.test(document))
  )
    return undefined;
  return 'it cannot be read, and nothing in it says that it is a Kubernetes object';
}
