/** Words that readers had to read twice, each with a better one. */
const riddles: readonly (readonly [RegExp, string])[] = [
  [/\b(?:tells?|told|untold)\b/i, 'say, list, report, print; dumps are identified by their content'],
  [/\bstands?\b/i, 'is, is written; stands for: means'],
  [/\bmade[ -]up\b/i, 'filled in'],
  [/\bwhose\b/i, 'split the sentence: "its …"'],
  [/\bknows? of\b|\bknew\b/i, 'has'],
  [/\bof (?:its|their) own accord\b/i, 'by default'],
  [/\b(?:is|are) (?:not )?to be (?:had|trusted|made)\b/i, 'is outside, is not available'],
  [/\bfares? (?:alike|differently|otherwise)\b/i, 'is treated alike, in the same way'],
  [/\btaken for (?:on|granted)\b/i, 'assumed'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix'],
  [/\bpass(?:es|ed)? over\b/i, 'skip'],
  [/(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b|better\b|other\b)[a-z]+/i, 'is not a …'],
  [/\bby way of\b/i, 'through, via'],
  [/\bbears?\b/i, 'has'],
  [/\bdeparts? from\b/i, 'differs from'],
  [/\bhas no part in\b/i, 'without'],
];

/** Each such word in a text, as `WORD → what to write`. */
export function riddlesIn(text: string): string[] {
  return riddles.flatMap(([riddle, better]) =>
    [...text.matchAll(new RegExp(riddle, `${riddle.flags}g`))].map(([found]) => `${found} → ${better}`),
  );
}
