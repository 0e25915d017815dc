/** The interface between the page and the editor, which is a separate program that the page starts later. */
import type { ListedFinding } from '../../answers.js';

export interface EditorEvents {
  /** The user changed the text with this name. */
  changed(name: string, text: string): void;
  /** The URL of the page's view for a rule. */
  ruleAddress(rule: string): string;
}

export interface Editor {
  /** Shows the text with this name. An unchanged text that was shown before keeps its history and position. */
  open(name: string, text: string): void;
  /** Marks lint's findings in the shown text. */
  mark(findings: readonly ListedFinding[]): void;
  /** Scrolls a line into view and puts the cursor there. */
  goTo(line: number): void;
  focus(): void;
}

export type StartEditor = (place: HTMLElement, label: string, events: EditorEvents) => Editor;

/** What the editor's program defines for the page. */
export interface EditorGlobal {
  startKubechainsEditor?: StartEditor;
}
