/** The library function that makes the page of `kubechains explore`. */
import { defaultVersion, formatVersion } from '../cluster/version.js';
import { filledPage } from '../explore/fill.js';
import type { PageOptions } from '../explore/inputs.js';
import { pageInputs } from '../explore/page-inputs.js';
import type { SourceText } from '../manifests/types.js';
import { formatPrefix } from '../net/address.js';
import { sortTexts } from '../node/sort-texts.js';
import { defaultNodePortRange, type CompleteOptions } from '../pipeline/complete.js';
import { must, mustBeOptions, mustBeTexts } from './values.js';

/** The options of a page; absent ones are as on the command line. */
export interface ExploreOptions extends Omit<CompleteOptions, 'configuration' | 'asked'> {
  /** The title of the page; default: the names of the texts. */
  readonly title?: string;
  /** Texts with the KubeProxyConfiguration; default: the manifests themselves. */
  readonly configuration?: readonly SourceText[];
  /** The domain of the cluster's DNS; default `cluster.local`. */
  readonly clusterDomain?: string;
  /** Files that kustomizations among the texts refer to, except those among the texts. */
  readonly files?: readonly SourceText[];
  /** The text of `kubechains/explorer.html`; default: it is read from the package, which only Node can do. */
  readonly page?: string;
}

/**
 * The page that `kubechains explore` writes: one HTML text with manifests and dumps, without the values of Secrets. The
 * page itself reports what the API server would reject. Throws TypeError for wrong values.
 */
export async function explore(texts: readonly SourceText[], options: ExploreOptions = {}): Promise<string> {
  mustBeTexts('explore', texts);
  mustBeOptions('explore', options);
  const page = options.page ?? (await builtPage());
  const isPage = typeof page === 'string' && page.includes('%INPUTS%');
  must(isPage, 'explore({ page })', 'the text of kubechains/explorer.html', page);
  const { dumpTexts, others } = sortTexts(texts);
  const inputs = pageInputs({
    title: options.title ?? texts.map(({ name }) => name).join(' '),
    manifests: others,
    dumps: dumpTexts,
    files: options.files ?? [],
    options: pageOptions(options),
  });
  return filledPage(page ?? '', inputs).join('');
}

/** The page in the package; undefined in a browser, and in a checkout that was not built. */
async function builtPage(): Promise<string | undefined> {
  return (await import('../files/page.js')).readPage();
}

function pageOptions({ kubeVersion = defaultVersion, serviceCIDRs = [], ...options }: ExploreOptions): PageOptions {
  const { nodePortRange = defaultNodePortRange, plan = true, host, ipFamily, node, mode } = options;
  const { configuration, clusterDomain } = options;
  return {
    kubeVersion: formatVersion(kubeVersion),
    serviceCIDRs: serviceCIDRs.map(formatPrefix),
    nodePortRange,
    plan,
    ...(host === undefined ? {} : { host }),
    ...(ipFamily === undefined ? {} : { ipFamily }),
    ...(node === undefined ? {} : { node }),
    ...(mode === undefined ? {} : { mode }),
    ...(configuration === undefined ? {} : { configuration }),
    ...(clusterDomain === undefined ? {} : { clusterDomain }),
  };
}
