/**
 * Placeholders of templates: `${X}`, `$X`, `$(X)`, `<x>`, `__X__`, `{{x}}`, `{x}`, `%X%`, `%%%`, `@X@`, `%{ if … }`, `your_x`,
 * `<#if …>`, `<% … %>`, `{% … %}`, `A.B.C.D` and names in capitals. Only values that a cluster rejects are tested,
 * because a Pod's arguments may contain `$(X)`.
 */
const patterns: readonly RegExp[] = [
  /\$?\{\{[^{}]*\}\}/,
  /\$\{[^}]*\}/,
  /\$\(?[A-Za-z_]\w*\)?/,
  /<[A-Za-z*][\w .:*/|-]*>/,
  /<\/?[#@][A-Za-z]\w*/,
  /[<{]%.{0,40}/,
  /__[A-Za-z][A-Za-z0-9_]*__/,
  /(?<![{$%])\{[A-Za-z_][\w.]*(?:\[[\w-]+\])?\}/,
  /\[(?:your|insert|[A-Z][A-Z0-9]*_)[\w -]*\]/i,
  /%\{[^}]*\}/,
  /%[A-Z][A-Z0-9_]*%/,
  /(?<![^\s"'])%{2,}(?=["']?\s*$)/,
  /#\{[A-Za-z_][\w.]*\}/,
  /@[A-Z][A-Z0-9_]*@/,
  /(?<!\w)[A-Z](?:\.[A-Z]){3}(?!\w)/,
  /(?<!\w)[xX]{1,3}(?:\.[xX]{1,3}){3}(?!\w)/,
  /\b(?:to be replaced|replaced? by)\b/i,
  /(?<![A-Za-z0-9])(?:YOUR|REPLACE|CHANGE|INSERT)(?:[-_][A-Z0-9]+|ME)+(?![A-Za-z0-9])/,
  /(?<![A-Za-z0-9])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Za-z0-9])/,
  /(?<![A-Za-z0-9])your[_-]\w+/,
  /(?<![A-Za-z0-9])MY[-_]?(?:DOMAIN|COMPANY|ORGANI[SZ]ATION|PROJECT|CLUSTER|NAMESPACE|APP|NAME|HOST|HOSTNAME)(?![A-Za-z0-9])/,
  /(?<![A-Za-z0-9])(?:TIMESTAMP|[A-Z]{2,}NAME|NAME|NAMESPACE|USERNAME|HOSTNAME|DOMAIN|VERSION|HASH|SUFFIX|PREFIX|RANDOM|UUID|CLUSTER|REGION|PLACEHOLDER)(?![A-Za-z0-9])/,
];

/** The first placeholder in an invalid value, or undefined. */
export function placeholderIn(text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same for a value that should be a number: any word in capitals counts. */
export function placeholderForNumber(text: string): string | undefined {
  return placeholderIn(text) ?? /^[A-Z]{3,}$/.exec(text)?.[0];
}

/**
 * The placeholder after an empty value, where YAML takes it for a comment: a ytt expression (`image: #@ …`), `#{IMAGE}`,
 * or words (`volumeID: # insert the ID here`).
 */
export function placeholderBehind(line: string): string | undefined {
  const comment = /:[ \t]*(#.*)/.exec(line)?.[1]?.trim();
  if (comment === undefined) return undefined;
  return /^#(?:@|\{\w)/.test(comment) || /\b(?:insert|your|replace|fill|enter|put|change)\b/i.test(comment)
    ? comment.slice(0, 40)
    : undefined;
}

/** A name in a file that declares itself a template: `service_name`. */
export function placeholderInTemplate(file: string, text: string): string | undefined {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return /template|tmpl|\.tpl/i.test(base) ? /^[a-z]+(?:_[a-z]+)+$/.exec(text)?.[0] : undefined;
}
