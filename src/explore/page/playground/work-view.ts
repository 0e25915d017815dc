/** The controls around the editor: examples, files, and messages about the last action. */
import { formatVersion, newestVersion, oldestVersion, defaultVersion } from '../../../cluster/version.js';
import { button, element } from '../dom.js';
import type { Example, Workspace } from './workspace.js';

interface WorkEvents {
  readonly example: (title: string) => void;
  readonly version: (version: string) => void;
  readonly select: (name: string) => void;
  readonly add: () => void;
  readonly remove: () => void;
  readonly files: (files: readonly File[]) => void;
  readonly share: () => void;
  readonly undo: () => void;
}

export class WorkView {
  readonly root: HTMLElement;
  /** The place of the editor. */
  readonly place = element('div', { class: 'editor' });
  private readonly message = element('p', { class: 'message', role: 'status' });
  private readonly files = element('div', { class: 'files', role: 'group', 'aria-label': 'Files' });
  private readonly version: HTMLSelectElement;

  constructor(
    examples: readonly Example[],
    private readonly events: WorkEvents,
  ) {
    this.version = choice('version', versions(), (value) => {
      events.version(value);
    });
    const titles = examples.map(({ title }) => [title, title] as const);
    const start = choice('example', [['', 'Start from …'], ...titles], (title) => {
      start.value = '';
      events.example(title);
    });
    start.setAttribute('aria-label', 'Start from');
    this.root = element(
      'div',
      { class: 'work' },
      element(
        'div',
        { class: 'bar' },
        start,
        labelled('Kubernetes', this.version),
        this.opener(),
        button('Copy link', events.share),
      ),
      this.files,
      this.place,
      element('p', { class: 'hint' }, hint),
      this.message,
    );
    this.acceptDrops();
  }

  /** Shows the files, and which one is in the editor. */
  show({ texts, kubeVersion }: Workspace, current: string): void {
    const tabs = texts.map(({ name }) => this.tab(name, name === current));
    const at = texts.findIndex(({ name }) => name === current);
    const remove = button('×', this.events.remove, {
      class: 'remove',
      'aria-label': `Remove ${shortName(current)}`,
      title: `Remove ${shortName(current)}`,
    });
    const add = button('+ New file', this.events.add, { class: 'add', 'aria-label': 'New file' });
    this.files.replaceChildren(...tabs.slice(0, at + 1), remove, ...tabs.slice(at + 1), add);
    tabs[at]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.version.value = kubeVersion;
  }

  /** Shows a message; `canUndo`: with a button that undoes the action. */
  say(words: string, canUndo = false): void {
    this.message.replaceChildren(words, ...(canUndo ? [' ', button('Undo', this.events.undo)] : []));
  }

  private tab(name: string, isCurrent: boolean): HTMLElement {
    return button(
      shortName(name),
      () => {
        this.events.select(name);
      },
      { class: 'file', title: name, 'aria-pressed': String(isCurrent) },
    );
  }

  private opener(): HTMLElement {
    const input = element('input', { type: 'file', multiple: true, id: 'open-files', class: 'unseen', tabindex: -1 });
    input.addEventListener('change', () => {
      this.events.files([...(input.files ?? [])]);
      input.value = '';
    });
    input.setAttribute('aria-label', 'Files to open');
    return element(
      'span',
      {},
      button('Open files', () => {
        input.click();
      }),
      input,
    );
  }

  /** Anywhere on the page, and before the editor handles the event: it would insert the file's text. */
  private acceptDrops(): void {
    addEventListener(
      'dragover',
      (event) => {
        if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault();
      },
      true,
    );
    addEventListener(
      'drop',
      (event) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length === 0) return;
        event.preventDefault();
        event.stopPropagation();
        this.events.files(files);
      },
      true,
    );
  }
}

const hint =
  'Paste or drop manifests or a node’s iptables-save: nothing is sent anywhere. ' +
  'Tab indents; Escape, then Tab, leaves the editor. F8: next finding.';

function versions(): (readonly [string, string])[] {
  const all = Array.from({ length: newestVersion.minor - oldestVersion.minor + 1 }, (_, index) =>
    formatVersion({ minor: newestVersion.minor - index }),
  );
  const usual = formatVersion(defaultVersion);
  return all.map((one) => (one === usual ? ['', one] : [one, one]));
}

function choice(
  name: string,
  choices: readonly (readonly [string, string])[],
  choose: (value: string) => void,
): HTMLSelectElement {
  const made = element(
    'select',
    { id: `work-${name}` },
    ...choices.map(([value, words]) => element('option', { value }, words)),
  );
  made.addEventListener('change', () => {
    choose(made.value);
  });
  return made;
}

function labelled(words: string, control: HTMLElement): HTMLElement {
  return element('span', {}, element('label', { for: control.id }, words), ' ', control);
}

/** The last part of a path. */
function shortName(name: string): string {
  return (name.split('/').at(-1) || name).slice(0, 60);
}
