import { freeName, limits, type WorkText } from './workspace.js';

/**
 * The texts of files, with names that `others` do not contain, and a sentence about files that cannot be used, or `''`.
 */
export async function readFiles(
  files: readonly File[],
  others: readonly WorkText[],
): Promise<{ readonly texts: readonly WorkText[]; readonly problem: string }> {
  const size = [...files.map((one) => one.size), ...others.map(({ text }) => text.length)].reduce((a, b) => a + b, 0);
  if (size > limits.characters || files.length + others.length > limits.files)
    return {
      texts: [],
      problem: `The playground takes ${limits.files} files and ${limits.characters / 1e6} MB at most.`,
    };
  const texts: WorkText[] = [];
  let problem = '';
  for (const file of files) {
    const text = await file.text().catch(() => undefined);
    if (text === undefined || text.includes('\0'))
      problem = `${file.name.slice(0, 100)} is not a text: manifests and dumps are texts; unpack archives first.`;
    else texts.push({ name: freeName(file.name, [...others, ...texts]), text });
  }
  return { texts, problem };
}
