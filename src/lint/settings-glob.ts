/**
 * Whether a text matches a glob: `*` is anything but a slash, `**` anything, `?` one character other than a slash,
 * other characters are literal. Time is proportional to the length of text times pattern. Does not use the library for
 * file globs, because loading that takes longer than this for every lint with settings.
 */
export function matchesGlob(text: string, glob: string): boolean {
  return isLiteral(glob) ? text === glob : matchesSteps(text, glob.match(/\*\*\/|\*+|\?|[^*?]/gsu) ?? []);
}

/** Whether a glob matches nothing but itself. */
export function isLiteral(glob: string): boolean {
  return !glob.includes('*') && !glob.includes('?');
}

function matchesSteps(text: string, steps: readonly string[]): boolean {
  let states = closure(new Set([0]), steps, true);
  for (const character of text) {
    const next = new Set<number>();
    for (const state of states) advance(steps[state], state, character, next);
    states = closure(next, steps, character === '/');
    if (states.size === 0) return false;
  }
  return states.has(steps.length);
}

function advance(step: string | undefined, state: number, character: string, next: Set<number>): void {
  if (step === undefined) return;
  if (step.startsWith('**')) next.add(state);
  else if (step === '*') {
    if (character !== '/') next.add(state);
  } else if (step === '?' ? character !== '/' : step === character) next.add(state + 1);
}

/** Stars may match nothing; `**` with its slash ends only at the start of a path element. */
function closure(states: Set<number>, steps: readonly string[], atElementStart: boolean): Set<number> {
  for (const state of states) {
    const step = steps[state];
    if (step?.startsWith('*') === true && (step !== '**/' || atElementStart)) states.add(state + 1);
  }
  return states;
}

/**
 * Whether a file matches a pattern, as in .gitignore: a pattern without a slash (except at its end) matches a file or
 * directory anywhere, one with a slash is relative to the settings file's directory, and a directory includes
 * everything in it.
 */
export function matchesPath(path: string, pattern: string): boolean {
  const trimmed = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  const anchored = trimmed.includes('/') ? trimmed.replace(/^\//, '') : `**/${trimmed}`;
  return matchesGlob(path, anchored) || matchesGlob(path, `${anchored}/**`);
}
