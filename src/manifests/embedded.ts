import type { Path } from '../diagnostics/finding.js';
import { readDocumentText } from './document.js';
import { EmbeddedObject } from './embedded-object.js';
import { looksLikeJson, readJson } from './json.js';
import { reasonToSkip } from './skip.js';
import { isObject, valueAt } from './values.js';
import { splitDocuments } from './stream.js';
import type { ManifestObject } from './types.js';

/**
 * The object that another object contains as text, such as the KubeProxyConfiguration under `data["config.conf"]` of
 * the ConfigMap `kube-system/kube-proxy`. Places are in the outer file; if the text is not a block scalar, all are the
 * scalar's place. Undefined if there is no text at `path` or it contains no object.
 */
export function readEmbedded(object: ManifestObject, path: Path): ManifestObject | undefined {
  const text = valueAt(object.value, ...path);
  if (typeof text !== 'string') return undefined;
  const span = splitDocuments(text)[0];
  if (span === undefined) return undefined;
  const { value } = (looksLikeJson(text, span) ? readJson(text, span) : undefined) ?? readDocumentText(text, span);
  if (value === undefined || reasonToSkip(value) !== undefined || !isObject(value)) return undefined;
  return new EmbeddedObject(value, object, path, text, span);
}
