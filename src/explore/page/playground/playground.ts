/** The playground: the texts that the user edits, and the page that shows the result. */
import type { ListedFinding } from '../../answers.js';
import { part } from '../dom.js';
import { Superseded, type Library } from '../library.js';
import { Page } from '../page.js';
import { carry, currentRoute, fragmentOf, isOwnEntry, keepCarrying, sharedInAddress } from '../route.js';
import type { Editor, StartEditor } from './editor-api.js';
import { keepWorkspace, keptWorkspace } from './keep.js';
import { readFiles } from './read-files.js';
import { longestShare, packShare, unpackShare } from './share.js';
import { WorkView } from './work-view.js';
import { freeName, inputsOf, type Example, type Workspace } from './workspace.js';

/** The delay after the last key, in milliseconds. */
const pause = 300;

export class Playground {
  private readonly view: WorkView;
  private workspace: Workspace;
  /** The workspace before the last complete replacement. */
  private before: Workspace | undefined;
  private current = '';
  private isEdited = false;
  private page: Page | undefined;
  private editor: Editor | undefined;
  private findings: readonly ListedFinding[] = [];
  private timer = 0;
  private turn = 0;

  constructor(
    private readonly library: Library,
    private readonly examples: readonly Example[],
  ) {
    this.workspace = { texts: examples[0]?.texts ?? [], kubeVersion: '' };
    this.view = new WorkView(examples, {
      example: (title) => {
        this.startFrom(title);
      },
      version: (kubeVersion) => {
        this.change({ ...this.workspace, kubeVersion });
      },
      select: (name) => {
        this.select(name);
        this.editor?.focus();
      },
      add: () => {
        this.addEmpty();
      },
      remove: () => {
        this.remove();
      },
      files: (files) => void this.take(files),
      share: () => void this.share(),
      undo: () => {
        if (this.before !== undefined) this.replace(this.before, 'Your texts are back.');
      },
    });
  }

  /** Shows the workspace in the URL, else this tab's saved one, else the first example. */
  async start(): Promise<void> {
    part('work').append(this.view.root);
    const { kept, words } = await this.firstWorkspace();
    this.workspace = kept ?? this.workspace;
    this.isEdited = kept !== undefined;
    this.select(this.workspace.texts[0]?.name ?? '');
    if (words !== '') this.view.say(words);
    await this.refresh();
    addEventListener('hashchange', () => void this.follow());
  }

  /** Starts the editor; before, the texts can only be read. */
  startEditor(start: StartEditor): void {
    this.editor = start(this.view.place, 'Text of the file', {
      changed: (name, text) => {
        this.edit(name, text);
      },
      ruleAddress: (rule) => fragmentOf({ view: 'rule', name: rule }),
    });
    this.select(this.current);
    this.reveal();
  }

  private async firstWorkspace(): Promise<{ kept: Workspace | undefined; words: string }> {
    const kept = keptWorkspace();
    const shared = sharedInAddress();
    if (shared === '' || (isOwnEntry() && kept !== undefined)) return { kept, words: '' };
    const opened = await unpackShare(shared);
    if ('problem' in opened) return { kept, words: opened.problem };
    carry(`&share=${shared}`);
    return { kept: opened, words: '' };
  }

  /** A link may contain other texts; going back in this tab's history does not. */
  private async follow(): Promise<void> {
    keepCarrying();
    const shared = sharedInAddress();
    if (shared === '' || isOwnEntry()) this.reveal();
    else {
      const opened = await unpackShare(shared);
      if ('problem' in opened) this.view.say(opened.problem);
      else {
        this.replace(opened, 'The texts of the link are open.');
        carry(`&share=${shared}`);
      }
    }
  }

  /** If the page shows a line of a text, the editor shows it, too. */
  private reveal(): void {
    const { view, name, line } = currentRoute();
    if (view !== 'source' || line === 0 || !this.workspace.texts.some((one) => one.name === name)) return;
    if (name !== this.current) this.select(name);
    this.editor?.goTo(line);
  }

  private select(name: string): void {
    this.current = name;
    this.view.show(this.workspace, name);
    this.editor?.open(name, this.workspace.texts.find((one) => one.name === name)?.text ?? '');
    this.mark();
  }

  private mark(): void {
    this.editor?.mark(this.findings.filter(({ file }) => file === this.current));
  }

  private edit(name: string, text: string): void {
    const texts = this.workspace.texts.map((one) => (one.name === name ? { name, text } : one));
    this.change({ ...this.workspace, texts });
  }

  private change(workspace: Workspace): void {
    this.workspace = workspace;
    this.isEdited = true;
    carry('');
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.refresh(), pause);
  }

  /** Replaces the workspace, with a way to undo it. */
  private replace(workspace: Workspace, words: string): void {
    this.before = this.isEdited ? this.workspace : undefined;
    this.change(workspace);
    this.select(workspace.texts[0]?.name ?? '');
    this.view.say(words, this.before !== undefined);
  }

  private startFrom(title: string): void {
    const example = this.examples.find((one) => one.title === title);
    if (example === undefined) return;
    this.replace({ ...this.workspace, texts: example.texts }, `${title} is open.`);
    this.isEdited = false;
  }

  private addEmpty(): void {
    const name = freeName('file.yaml', this.workspace.texts);
    this.change({ ...this.workspace, texts: [...this.workspace.texts, { name, text: '' }] });
    this.select(name);
    this.editor?.focus();
  }

  private remove(): void {
    const rest = this.workspace.texts.filter(({ name }) => name !== this.current);
    const texts = rest.length === 0 ? [{ name: 'file.yaml', text: '' }] : rest;
    const gone = this.current;
    this.replace({ ...this.workspace, texts }, `${gone} is removed.`);
  }

  /** Adds dropped or chosen files: to the user's own texts, or instead of an example. */
  private async take(files: readonly File[]): Promise<void> {
    const { texts: own } = this.workspace;
    const { texts, problem } = await readFiles(files, this.isEdited ? own : []);
    const [first] = texts;
    if (first !== undefined) {
      const words = this.isEdited ? 'joined the other texts' : 'replaced the example';
      const names = texts.length === 1 ? `${first.name} has` : `${texts.length} files have`;
      this.replace({ ...this.workspace, texts: [...(this.isEdited ? own : []), ...texts] }, `${names} ${words}.`);
      this.select(first.name);
    }
    if (problem !== '') this.view.say(problem);
  }

  private async share(): Promise<void> {
    const texts = await this.library.ask('withoutSecrets', this.workspace.texts);
    const packed = await packShare({ ...this.workspace, texts });
    if (packed === undefined) {
      this.view.say(
        `These texts are too large for a link, which holds ${longestShare / 1000} kB once compressed. ` +
          '“kubechains explore --output node.html” makes a page of any size that can be attached.',
      );
      return;
    }
    carry(`&share=${packed}`);
    const isCopied = await navigator.clipboard.writeText(location.href).then(
      () => true,
      () => false,
    );
    const where = isCopied ? 'The link is copied' : 'The link is in the address bar';
    this.view.say(`${where}. It carries the texts, without values of Secrets; nothing was sent anywhere.`);
  }

  private async refresh(): Promise<void> {
    const turn = ++this.turn;
    keepWorkspace(this.workspace);
    try {
      const summary = await this.library.openText(JSON.stringify(inputsOf(this.workspace)));
      if (turn !== this.turn) return;
      if (this.page === undefined) await (this.page = new Page(this.library, summary)).show(false);
      else await this.page.reopen(summary);
      const findings = await this.library.ask('findings');
      if (turn !== this.turn) return;
      this.findings = findings;
      this.page.count(findings.length);
      this.mark();
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
    }
  }
}
