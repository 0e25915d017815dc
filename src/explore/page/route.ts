/** The view of the page, stored in the URL's fragment, so that links restore it. */

const views = ['node', 'service', 'chain', 'packet', 'rules', 'findings', 'rule', 'source'] as const;
export type View = (typeof views)[number];

export interface Route {
  readonly view: View;
  /** The Service, chain or text shown; `''` for none. */
  readonly name: string;
  /** `''`: the mode shown first. */
  readonly mode: string;
  /** A line of the text; 0 for none. */
  readonly line: number;
  /** The fields of the packet form. */
  readonly to: string;
  readonly from: string;
  readonly namespace: string;
  readonly protocol: string;
  readonly by: string;
  /** The current step of the packet's path, counted from 1; 0 for none. */
  readonly step: number;
  /** Whether the comparison of the proxy modes is open. */
  readonly isCompared: boolean;
}

const texts = ['name', 'mode', 'to', 'from', 'namespace', 'protocol', 'by'] as const;
const numbers = ['line', 'step'] as const;

/** The route in the URL; absent and invalid parts have their defaults. */
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
    namespace: text('namespace'),
    protocol: text('protocol'),
    by: text('by'),
    line: number('line'),
    step: number('step'),
    isCompared: fields.has('compare'),
  };
}

/** A route as a URL fragment; unless given, the mode is the current one. */
export function fragmentOf(route: Partial<Route>): string {
  const { view = 'node', mode = currentRoute().mode } = route;
  const fields = new URLSearchParams({ view });
  for (const name of texts) {
    const value = name === 'mode' ? mode : (route[name] ?? '');
    if (value !== '') fields.set(name, value);
  }
  for (const name of numbers) if ((route[name] ?? 0) > 0) fields.set(name, String(route[name]));
  if (route.isCompared === true) fields.set('compare', 'modes');
  return `#${fields.toString()}`;
}

export function goTo(route: Partial<Route>): void {
  location.hash = fragmentOf(route);
}

/** A field that the URL keeps from view to view in addition to the route, with its `&`, or `''`. */
let carried = '';

/** The history state of entries that this page wrote itself. */
const own = 'own';

/** Keeps a field in the URL in addition to the route; `''`: none. */
export function carry(field: string): void {
  carried = field;
  rewrite(currentRoute());
}

/** Stores a step of the same view in the URL, without a new history entry. */
export function noteStep(step: number): void {
  rewrite({ ...currentRoute(), step });
}

/** Stores in the URL whether the comparison of the proxy modes is open, in the same way. */
export function noteCompared(isCompared: boolean): void {
  rewrite({ ...currentRoute(), isCompared });
}

/** The packed texts in the URL; `''` for none. */
export function sharedInAddress(): string {
  return new URLSearchParams(location.hash.slice(1)).get('share') ?? '';
}

/** Whether this page wrote the current URL itself. */
export function isOwnEntry(): boolean {
  return history.state === own;
}

/** Adds the kept field to a URL that a link of the page led to. */
export function keepCarrying(): void {
  if (carried !== '' && sharedInAddress() === '') rewrite(currentRoute());
}

/** Sent by the window when the page has changed the URL without showing another view. */
export const noted = 'noted';

function rewrite(route: Route): void {
  history.replaceState(own, '', fragmentOf(route) + carried);
  dispatchEvent(new Event(noted));
}
