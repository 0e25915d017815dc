/** The editor, a separate program: it defines a function that starts it. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { ListedFinding } from '../../answers.js';
import { element } from '../dom.js';
import type { Editor, EditorEvents, EditorGlobal } from './editor-api.js';
import { appearance } from './editor-theme.js';

class CodeEditor implements Editor {
  private readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private readonly extensions: Extension;
  private name = '';

  constructor(
    place: HTMLElement,
    label: string,
    private readonly events: EditorEvents,
  ) {
    // In a shadow root, the editor uses constructed style sheets, which the page's Content-Security-Policy does not
    // restrict.
    const root = place.attachShadow({ mode: 'open' });
    this.extensions = [
      lineNumbers(),
      lintGutter(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSpecialChars(),
      indentOnInput(),
      indentUnit.of('  '),
      bracketMatching(),
      yaml(),
      appearance,
      keymap.of([...lintKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) events.changed(this.name, state.doc.toString());
      }),
    ];
    // The editor's lint tooltips listen for mouse movement on the window, which does not see targets inside the shadow
    // root.
    root.addEventListener('mousemove', (event) => {
      if (event.target instanceof Element && event.target.closest('.cm-tooltip-lint') !== null) event.stopPropagation();
    });
    this.view = new EditorView({ parent: root, root, state: this.stateOf('') });
  }

  open(name: string, text: string): void {
    if (this.name !== '') this.states.set(this.name, this.view.state);
    this.name = name;
    const known = this.states.get(name);
    this.view.setState(known?.doc.toString() === text ? known : this.stateOf(text));
  }

  mark(findings: readonly ListedFinding[]): void {
    const { doc } = this.view.state;
    const most = 1000;
    const diagnostics = findings.slice(0, most).map((finding) => this.diagnostic(doc, finding));
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  goTo(line: number): void {
    const { doc } = this.view.state;
    const { from } = doc.line(Math.max(1, Math.min(doc.lines, line)));
    this.view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  }

  focus(): void {
    this.view.focus();
  }

  private stateOf(text: string): EditorState {
    return EditorState.create({ doc: text, extensions: this.extensions });
  }

  private diagnostic(doc: Text, finding: ListedFinding): Diagnostic {
    const from = offsetOf(doc, finding.line, finding.column);
    const to = Math.max(from, offsetOf(doc, finding.endLine, finding.endColumn));
    const { severity, message } = finding;
    return { from, to, severity, message, renderMessage: () => this.message(finding) };
  }

  private message({ severity, message, rule }: ListedFinding): HTMLElement {
    const link = element('a', { href: this.events.ruleAddress(rule) }, rule);
    return element('span', {}, element('strong', {}, severity), ` ${message} (`, link, ')');
  }
}

function offsetOf(doc: Text, line: number, column: number): number {
  const { from, to } = doc.line(Math.max(1, Math.min(doc.lines, line)));
  return Math.max(from, Math.min(to, from + column - 1));
}

(globalThis as EditorGlobal).startKubechainsEditor = (place, label, events) => new CodeEditor(place, label, events);
