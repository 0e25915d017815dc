/** How the page and the editor speak: the editor is a program of its own, which the page starts late. */
import type { ListedFinding } from '../../answers.js';

export interface EditorEvents {
  /** A person changed the text of this name. */
  changed(name: string, text: string): void;
  /** The address of the page about a rule. */
  ruleAddress(rule: string): string;
}

export interface Editor {
  /** Shows the text of this name. A text that was shown before and is the same keeps its history and its place. */
  open(name: string, text: string): void;
  /** Marks what lint finds in the text that is shown. */
  mark(findings: readonly ListedFinding[]): void;
  /** Brings a line into sight, and puts the cursor there. */
  goTo(line: number): void;
  focus(): void;
}

export type StartEditor = (place: HTMLElement, label: string, events: EditorEvents) => Editor;

/** What the editor's program leaves behind for the page. */
export interface EditorGlobal {
  startKubechainsEditor?: StartEditor;
}
