/** What the page starts from: the texts that were given, and what the command line said beside them. */
import type { Json, SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';

/** The options of the command line that the page goes by, as texts and plain values; what is absent has its default. */
export interface PageOptions {
  /** `1.36` */
  readonly kubeVersion?: string;
  /** Prefixes, one for each family at most. */
  readonly serviceCIDRs?: readonly string[];
  readonly nodePortRange?: { readonly from: number; readonly to: number };
  readonly ipFamily?: Family;
  /** The node to work for. */
  readonly node?: string;
  /** The proxy mode that is shown first. */
  readonly mode?: string;
  readonly plan?: boolean;
  /** Host facts, or the output of `ip -json address`, as JSON values. */
  readonly host?: Json;
  /** The texts of `--config`. */
  readonly configuration?: readonly SourceText[];
  readonly clusterDomain?: string;
}

/** All that one page shows. */
export interface PageInputs {
  /** What the page is called: the inputs as they were given. */
  readonly title: string;
  /** Manifests and dumps. */
  readonly texts: readonly SourceText[];
  /** Files that kustomizations among the texts name. */
  readonly files: readonly SourceText[];
  readonly options: PageOptions;
}

/**
 * A value as JSON that may stand in a script block of an HTML page: no text in it can end the block, begin a comment or
 * end a line of script.
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
