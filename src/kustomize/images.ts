import { BuildNode } from './node.js';
import type { Resource } from './resource.js';

/** Containers are not nested deeper in any kind. */
const deepest = 30;

/**
 * Changes the image names, tags and digests of containers anywhere in an object, according to one entry of `images`.
 */
export function changeImages(resources: readonly Resource[], entry: BuildNode): void {
  for (const { node } of resources) changeBelow(node, entry, 0);
}

function changeBelow(node: BuildNode, entry: BuildNode, depth: number): void {
  if (depth > deepest) return;
  for (const item of node.items) changeBelow(item, entry, depth + 1);
  for (const [key, child] of node.entries) {
    if ((key === 'containers' || key === 'initContainers') && child.isList)
      for (const container of child.items) changeImage(container, entry);
    changeBelow(child, entry, depth + 1);
  }
}

function changeImage(container: BuildNode, entry: BuildNode): void {
  const image = container.get('image');
  const parts = typeof image?.scalar === 'string' ? imageParts(image.scalar) : undefined;
  if (image === undefined || parts?.name !== entry.textAt('name')) return;
  const changed = imageText(parts, entry);
  if (changed !== image.scalar) container.set('image', BuildNode.made(image.place, changed));
}

interface ImageParts {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

/** `registry:5000/app:1.0@sha256:…`: a colon before the last slash belongs to a port. */
function imageParts(text: string): ImageParts {
  const at = text.indexOf('@');
  const [rest, digest] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return colon < 0
    ? { name: rest, tag: '', digest }
    : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

/** A new tag or digest replaces both the old tag and the old digest. */
function imageText({ name, tag, digest }: ImageParts, entry: BuildNode): string {
  const [newTag, newDigest, tagSuffix] = ['newTag', 'digest', 'tagSuffix'].map((key) => entry.textAt(key));
  const replaced = newTag !== '' || newDigest !== '';
  const [finalTag, finalDigest] = replaced
    ? [newTag, newDigest]
    : tagSuffix === ''
      ? [tag, digest]
      : [`${tag}${tagSuffix ?? ''}`, ''];
  return `${entry.textAt('newName') || name}${finalTag ? `:${finalTag}` : ''}${finalDigest ? `@${finalDigest}` : ''}`;
}
