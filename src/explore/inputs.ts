/** The initial data of the page: the texts given, and the command line's options. */
import type { Json, SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';

/** The command-line options that the page uses, as texts and plain values; absent ones have their defaults. */
export interface PageOptions {
  /** `1.36` */
  readonly kubeVersion?: string;
  /** At most one prefix for each family. */
  readonly serviceCIDRs?: readonly string[];
  readonly nodePortRange?: { readonly from: number; readonly to: number };
  readonly ipFamily?: Family;
  /** The node to generate rules for. */
  readonly node?: string;
  /** The proxy mode shown first. */
  readonly mode?: string;
  readonly plan?: boolean;
  /** Host facts, or the output of `ip -json address`, as JSON values. */
  readonly host?: Json;
  /** The texts of `--config`. */
  readonly configuration?: readonly SourceText[];
  readonly clusterDomain?: string;
}

/** All data of one page. */
export interface PageInputs {
  /** The page's title: the inputs as given. */
  readonly title: string;
  /** Manifests and dumps. */
  readonly texts: readonly SourceText[];
  /** Files that kustomizations among the texts refer to. */
  readonly files: readonly SourceText[];
  readonly options: PageOptions;
}

/**
 * A value as JSON for a script block in an HTML page: no text in it can end the block, begin a comment or break a line
 * of the script.
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
