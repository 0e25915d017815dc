import { scriptJson, type PageInputs } from './inputs.js';

/** The placeholder for the inputs in the page. */
const place = '%INPUTS%';

/** The page with its inputs; `page` is the built page. In pieces, because inputs may be large. */
export function filledPage(page: string, inputs: PageInputs): string[] {
  const at = page.indexOf(place);
  return [page.slice(0, at), scriptJson(inputs), page.slice(at + place.length)];
}

/**
 * The page as served on localhost: its Content-Security-Policy allows connections only to this server at `changes`, to
 * be notified of changes.
 */
export function servedPage(page: string, changes: string): string {
  return page
    .replace("default-src 'none';", "default-src 'none'; connect-src 'self';")
    .replace('<html lang="en">', `<html lang="en" data-changes="${changes}">`);
}
