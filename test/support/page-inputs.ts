import type { PageInputs } from '../../src/explore/inputs.js';

/** The inputs in a filled-in page. */
export function inputsOf(page: string): PageInputs {
  const json = /<script type="application\/json" id="inputs">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
  return JSON.parse(json) as PageInputs;
}
