/** What the page shows of a view before all of it is known. */
import type { PictureView } from './picture-view.js';

/** Part of a view; its heading and pictures remain in place when the rest follows. */
export interface EarlyView {
  readonly heading: HTMLElement;
  readonly pictures: readonly PictureView[];
  readonly parts: readonly HTMLElement[];
  /** What is still missing. */
  readonly status: string;
}

/** Replaces the content of an element. What it shows already stays where it is, with its focus and scroll position. */
export function fill(place: HTMLElement, view: readonly HTMLElement[]): void {
  const kept = new Set<Element>(view);
  for (const child of [...place.children]) if (!kept.has(child)) child.remove();
  let next = place.firstElementChild;
  for (const part of view)
    if (part === next) next = next.nextElementSibling;
    else place.insertBefore(part, next);
}
