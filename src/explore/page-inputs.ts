import { blankSecrets } from '../manifests/blank-secrets.js';
import type { SourceText } from '../manifests/types.js';
import type { PageInputs, PageOptions } from './inputs.js';

/** What a page shows. */
interface PageParts {
  readonly title: string;
  readonly manifests: readonly SourceText[];
  readonly dumps: readonly SourceText[];
  /** Files that kustomizations among the manifests refer to. */
  readonly files: readonly SourceText[];
  readonly options: PageOptions;
}

/** The inputs of a page, without the values of Secrets. */
export function pageInputs({ title, manifests, dumps, files, options }: PageParts): PageInputs {
  const texts = [...manifests, ...dumps];
  const names = new Set(texts.map(({ name }) => name));
  const blanked = blankSecrets([...texts, ...files.filter(({ name }) => !names.has(name))]);
  return { title, texts: blanked.slice(0, texts.length), files: blanked.slice(texts.length), options };
}
