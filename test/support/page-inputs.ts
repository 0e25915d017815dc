import type { PageInputs } from '../../src/explore/inputs.js';

/** The inputs that a page was filled with. */
export function inputsOf(page: string): PageInputs {
  const json = /<script type="application\/json" id="inputs">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  return JSON.parse(json) as PageInputs;
}
