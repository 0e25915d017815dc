/** What the page shows, as the fragment of its address says it: links restore the view. */

export const views = ['node', 'service', 'chain', 'findings', 'source'] as const;
export type View = (typeof views)[number];

export interface Route {
  readonly view: View;
  /** The Service, chain or text that is shown; `''` for none. */
  readonly name: string;
  /** `''`: the mode that is shown first. */
  readonly mode: string;
  /** The line of a text; 0 for none. */
  readonly line: number;
}

/** The route that the address names; what it does not say, or says wrongly, has its default. */
export function currentRoute(): Route {
  const fields = new URLSearchParams(location.hash.slice(1));
  const view = views.find((one) => one === fields.get('view')) ?? 'node';
  const line = Number(fields.get('line') ?? 0);
  return {
    view,
    name: fields.get('name') ?? '',
    mode: fields.get('mode') ?? '',
    line: Number.isInteger(line) && line > 0 ? line : 0,
  };
}

/** A route as the fragment of an address; the mode of the page now stays unless another is given. */
export function fragmentOf(route: Partial<Route>): string {
  const { view = 'node', name = '', mode = currentRoute().mode, line = 0 } = route;
  const fields = new URLSearchParams({ view });
  if (name !== '') fields.set('name', name);
  if (mode !== '') fields.set('mode', mode);
  if (line > 0) fields.set('line', String(line));
  return `#${fields.toString()}`;
}

export function goTo(route: Partial<Route>): void {
  location.hash = fragmentOf(route);
}
