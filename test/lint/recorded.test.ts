import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithSharedData, sharedPath, hasSharedData } from '../support/shared.js';
import { lintText, placesOf } from '../support/lint.js';

interface Expectation {
  readonly rule: string;
  readonly files: Readonly<
    Record<string, { readonly args?: readonly string[]; readonly findings: readonly { rule: string; line: number }[] }>
  >;
}

const root = sharedPath('conformance', 'lint');
const directories = !hasSharedData
  ? []
  : readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => readdirSync(join(root, name)).map((rule) => join(name, rule)));

describeWithSharedData('recorded cases: a run over one file gives these findings and no other', () => {
  for (const directory of directories) {
    if (!existsSync(join(root, directory, 'expect.json'))) continue;
    const { rule, files } = JSON.parse(readFileSync(join(root, directory, 'expect.json'), 'utf8')) as Expectation;
    it.each(Object.entries(files))(`${rule} %s`, async (file, { args = [], findings }) => {
      const found = await lintText(readFileSync(join(root, directory, file), 'utf8'), args);
      const relevant = found.filter((finding) => finding.severity !== 'info' || finding.rule === rule);
      expect(placesOf(relevant).sort()).toEqual(findings.map((finding) => `${finding.rule}@${finding.line}`).sort());
    });
  }
});
