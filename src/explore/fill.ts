import { scriptJson, type PageInputs } from './inputs.js';

/** What stands in the page where its inputs belong. */
const place = '%INPUTS%';

/** The page with inputs: `page` is what the build made. In stretches, as inputs may be large. */
export function filledPage(page: string, inputs: PageInputs): string[] {
  const at = page.indexOf(place);
  return [page.slice(0, at), scriptJson(inputs), page.slice(at + place.length)];
}

/**
 * The page as a server on the same machine sends it: the policy lets it ask that server for changes, at `changes`, and
 * nobody else.
 */
export function servedPage(page: string, changes: string): string {
  return page
    .replace("default-src 'none';", "default-src 'none'; connect-src 'self';")
    .replace('<html lang="en">', `<html lang="en" data-changes="${changes}">`);
}
