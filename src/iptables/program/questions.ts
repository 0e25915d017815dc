/** Conditions that no dump decides, and whether several rules have the same one. */
import type { Match, ModuleOption, RuleSet } from '../types.js';

/**
 * A key for the undecided part of a condition, the same whether negated or not; undefined if the inputs decide the
 * condition.
 */
export function questionOf(match: Match): string | undefined {
  switch (match.kind) {
    case 'set':
      return `set ${match.name} ${match.directions.join()}`;
    case 'mac':
      return `mac ${match.address}`;
    case 'module':
      return moduleQuestion(match);
    case 'other':
      return [...(match.module === '' ? [] : ['-m', match.module]), ...match.words].join(' ');
    case 'tcp':
      return match.option === undefined ? undefined : `tcp option ${match.option.number}`;
    case 'sctp':
      return match.chunkTypes === undefined ? undefined : `chunk types ${match.chunkTypes.words.join(' ')}`;
    default:
      return undefined;
  }
}

function moduleQuestion({ module, options }: Match & { readonly kind: 'module' }): string {
  const asked = options.map((option) => (isTurned(options) ? { ...option, negated: false } : option));
  return `-m ${module}${asked.map(optionText).join('')}`;
}

/** A match with one negated option is the opposite of the match without the `!`. */
export function isTurned(options: readonly ModuleOption[]): boolean {
  return options.length === 1 && options[0]?.negated === true;
}

function optionText({ name, value, negated }: ModuleOption): string {
  return `${negated === true ? ' !' : ''} ${name}${value === undefined ? '' : ` ${value}`}`;
}

/**
 * Returns a test for whether several rules have the same condition: the walk must then remember its answer. Reads the
 * rules on first call.
 */
export function sharedQuestions({ tables }: RuleSet): (question: string) => boolean {
  let shared: ReadonlySet<string> | undefined;
  return (question) => {
    shared ??= askedAgain(tables);
    return shared.has(question);
  };
}

function askedAgain(tables: RuleSet['tables']): Set<string> {
  const once = new Set<string>();
  const again = new Set<string>();
  for (const { rules } of tables) {
    for (const { matches } of rules) {
      for (const match of matches) {
        const question = questionOf(match);
        if (question !== undefined) (once.has(question) ? again : once).add(question);
      }
    }
  }
  return again;
}
