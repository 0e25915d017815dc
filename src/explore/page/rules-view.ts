/** Shows rules as text by chain, each with its effect in words; names of chains are links. */
import type { ListedChain, RuleLine } from '../answers.js';
import type { Place } from '../places.js';
import type { Link } from '../picture/picture.js';
import { element, type Child } from './dom.js';
import { scrollable } from './document-view.js';
import { fragmentOf } from './route.js';

/** Of chains with more rules, only the first ones are shown. */
const mostRules = 400;

export class RulesView {
  readonly root: HTMLElement;
  private readonly sections = new Map<string, HTMLElement>();

  /** `look` is called with the current chain. */
  constructor(
    chains: readonly ListedChain[],
    private readonly look: (link: Link | undefined) => void,
  ) {
    const names = new Set(chains.map(({ chain }) => chain));
    this.root = element('div', { class: 'rules' }, ...chains.map((chain) => this.section(chain, names)));
  }

  /** Marks the rules of a chain. */
  light(link: Link | undefined): void {
    for (const [name, section] of this.sections)
      section.classList.toggle('lit', link?.view === 'chain' && link.name === name);
  }

  private section({ table, chain, words, rules }: ListedChain, names: ReadonlySet<string>): HTMLElement {
    const rest = rules.length - mostRules;
    const list = element(
      'ol',
      { class: 'rule-list' },
      ...rules.slice(0, mostRules).map((rule) => ruleView(chain, rule, names)),
    );
    const made = element(
      'section',
      { class: 'chain' },
      element('h4', {}, chainLink(chain), ` table ${table} `, inFile(chain, 0)),
      words === '' ? undefined : element('p', {}, words),
      scrollable(`Rules of ${chain}`, list),
      rest > 0 ? element('p', {}, `… and ${rest} more rules.`) : undefined,
    );
    this.sections.set(chain, made);
    made.addEventListener('pointerenter', () => {
      this.look({ view: 'chain', name: chain });
    });
    made.addEventListener('pointerleave', () => {
      this.look(undefined);
    });
    made.addEventListener('focusin', () => {
      this.look({ view: 'chain', name: chain });
    });
    made.addEventListener('focusout', () => {
      this.look(undefined);
    });
    return made;
  }
}

function chainLink(name: string): HTMLElement {
  return element('a', { href: fragmentOf({ view: 'chain', name }) }, element('code', {}, name));
}

function ruleView(chain: string, { number, text, words, place }: RuleLine, names: ReadonlySet<string>): HTMLElement {
  return element(
    'li',
    { value: number },
    element('code', {}, ...linked(text, names)),
    element('span', { class: 'words' }, words, ...placeLink(place), ' · ', inFile(chain, number)),
  );
}

/** To a rule in the text of all rules. */
function inFile(chain: string, number: number): HTMLElement {
  const words = 'among all rules';
  const href = fragmentOf({ view: 'rules', name: chain, line: number });
  return element(
    'a',
    { class: 'in-file', href, 'aria-label': `${chain} ${number === 0 ? '' : number} ${words}` },
    words,
  );
}

function placeLink(place: Place | undefined): Child[] {
  if (place === undefined) return [];
  const { file, line } = place;
  return [' ← ', element('a', { href: fragmentOf({ view: 'source', name: file, line }) }, `${file}:${line}`)];
}

/** A rule's text; the chains in it are links. */
function linked(text: string, names: ReadonlySet<string>): Child[] {
  return text
    .split(/(\s+)/)
    .map((piece, index, pieces) =>
      names.has(piece) && pieces[index - 2] !== '-A'
        ? element('a', { href: fragmentOf({ view: 'chain', name: piece }) }, piece)
        : piece,
    );
}
