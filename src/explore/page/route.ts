/** What the page shows, as the fragment of its address says it: links restore the view. */

export const views = ['node', 'service', 'chain', 'packet', 'findings', 'rule', 'source'] as const;
export type View = (typeof views)[number];

export interface Route {
  readonly view: View;
  /** The Service, chain or text that is shown; `''` for none. */
  readonly name: string;
  /** `''`: the mode that is shown first. */
  readonly mode: string;
  /** The line of a text; 0 for none. */
  readonly line: number;
  /** The fields of the packet form. */
  readonly to: string;
  readonly from: string;
  readonly protocol: string;
  readonly by: string;
  /** The step of the packet's way that is looked at, from 1; 0 for none. */
  readonly step: number;
}

const texts = ['name', 'mode', 'to', 'from', 'protocol', 'by'] as const;
const numbers = ['line', 'step'] as const;

/** The route that the address names; what it does not say, or says wrongly, has its default. */
export function currentRoute(): Route {
  const fields = new URLSearchParams(location.hash.slice(1));
  const text = (name: string): string => fields.get(name) ?? '';
  const number = (name: string): number => {
    const value = Number(text(name));
    return Number.isSafeInteger(value) && value > 0 ? value : 0;
  };
  return {
    view: views.find((one) => one === fields.get('view')) ?? 'node',
    name: text('name'),
    mode: text('mode'),
    to: text('to'),
    from: text('from'),
    protocol: text('protocol'),
    by: text('by'),
    line: number('line'),
    step: number('step'),
  };
}

/** A route as the fragment of an address; the mode of the page now stays unless another is given. */
export function fragmentOf(route: Partial<Route>): string {
  const { view = 'node', mode = currentRoute().mode } = route;
  const fields = new URLSearchParams({ view });
  for (const name of texts) {
    const value = name === 'mode' ? mode : (route[name] ?? '');
    if (value !== '') fields.set(name, value);
  }
  for (const name of numbers) if ((route[name] ?? 0) > 0) fields.set(name, String(route[name]));
  return `#${fields.toString()}`;
}

export function goTo(route: Partial<Route>): void {
  location.hash = fragmentOf(route);
}

/** What the address carries beside the route, from view to view: a field with its `&`, or `''`. */
let carried = '';

/** The state of entries in the history that this page wrote itself. */
const own = 'own';

/** Has the address carry a field beside the route; `''`: none. */
export function carry(field: string): void {
  carried = field;
  rewrite(currentRoute());
}

/** Puts a step of the same view into the address, without a new entry in the history. */
export function noteStep(step: number): void {
  rewrite({ ...currentRoute(), step });
}

/** The texts that the address carries, packed; `''` for none. */
export function sharedInAddress(): string {
  return new URLSearchParams(location.hash.slice(1)).get('share') ?? '';
}

/** Whether this page wrote the address, and nobody else. */
export function isOwnEntry(): boolean {
  return history.state === own;
}

/** Puts what is carried into an address that a link of the page led to. */
export function keepCarrying(): void {
  if (carried !== '' && sharedInAddress() === '') rewrite(currentRoute());
}

function rewrite(route: Route): void {
  history.replaceState(own, '', fragmentOf(route) + carried);
}
