import type { Finding } from '../diagnostics/finding.js';
import { SourceDocument, findingOf, readDocumentText } from './document.js';
import { reasonToLeaveForeign, reasonToLeaveStatus } from './foreign.js';
import { hiddenBreak } from './hidden-breaks.js';
import { looksLikeJson, readJson, splitJson } from './json.js';
import { positionAt } from './lines.js';
import { isKustomization } from './kustomization-name.js';
import { objectsIn } from './list.js';
import { combinedProblems, type ReadOutcome, type TextProblem } from './outcome.js';
import { gluedSeparator } from './glued-separator.js';
import { hasPlaceholder, reasonToLeaveBroken, reasonToSkip } from './skip.js';
import { splitDocuments } from './stream.js';
import { typeFinding, typeMistake } from './type-meta.js';
import type { Span } from './tree.js';
import type { ManifestObject, ManifestSet, SkippedInput, SourceText } from './types.js';
import { ValueBudget } from './value-budget.js';

/**
 * Reads texts of manifests: YAML documents, JSON values, Lists, `kubectl get` output. Values are those of Kubernetes'
 * own parser (sigs.k8s.io/yaml). Never throws: invalid documents become findings (`yaml/syntax`, `yaml/duplicate-key`);
 * texts that are not Kubernetes objects are skipped and listed.
 */
export function parseManifests(sources: readonly SourceText[]): ManifestSet {
  const reader = new Reader();
  for (const source of sources) {
    const foreign = reasonToLeaveForeign(source.text);
    const reason = foreign ?? (isKustomization(source) ? 'a kustomization' : undefined);
    if (reason === undefined) reader.read(source);
    else reader.skipped.push({ file: source.name, reason, ...(foreign === undefined ? {} : { isForeign: true }) });
  }
  return { objects: reader.objects, findings: reader.findings, skipped: reader.skipped, sources };
}

/** YAML may use braces. Text that looks like JSON but is not, and is longer than this, was meant as JSON. */
const largestYamlInBraces = 1024 * 1024;

class Reader {
  private readonly budget = new ValueBudget();
  readonly objects: ManifestObject[] = [];
  readonly findings: Finding[] = [];
  readonly skipped: SkippedInput[] = [];

  read(source: SourceText): void {
    if (this.budget.isSpent()) return;
    const { text } = source;
    const whole = { start: text.charCodeAt(0) === 0xfeff ? 1 : 0, end: text.length };
    if (looksLikeJson(text, whole) && this.readJsonValues(source, whole)) return;
    const documents = splitDocuments(text);
    // A text of blanks is empty, but a tab is an error for Kubernetes' parser.
    const spans = documents.length === 0 && text.includes('\t') ? [whole] : documents;
    if (spans.length === 0) this.skipped.push({ file: source.name, reason: 'the file is empty' });
    for (const [index, span] of spans.entries()) {
      if (this.budget.isSpent()) return;
      this.readDocument(source, index, span);
    }
  }

  /** False if the text should be read as YAML instead. */
  private readJsonValues(source: SourceText, whole: Span): boolean {
    const outcome = readJson(source.text, whole, this.budget);
    if (outcome !== undefined) {
      this.take(new SourceDocument(source, 0, whole, true), outcome);
      return true;
    }
    const { spans, problem } = splitJson(source.text, whole);
    if (problem !== undefined && !source.name.endsWith('.json') && source.text.length < largestYamlInBraces)
      return false;
    for (const [index, span] of spans.entries()) {
      if (this.budget.isSpent()) return true;
      const value = readJson(source.text, span, this.budget);
      if (value !== undefined) this.take(new SourceDocument(source, index, span, true), value);
    }
    if (problem !== undefined)
      this.broken(
        new SourceDocument(source, spans.length, { start: spans.at(-1)?.end ?? whole.start, end: whole.end }, true),
        [problem],
      );
    return true;
  }

  private readDocument(source: SourceText, index: number, span: Span): void {
    const json = looksLikeJson(source.text, span) ? readJson(source.text, span, this.budget) : undefined;
    const problem =
      json === undefined ? (this.budget.refuse(source.text, span) ?? hiddenBreak(source.text, span)) : undefined;
    if (problem !== undefined) {
      this.broken(new SourceDocument(source, index, span, false), [problem]);
      return;
    }
    this.take(new SourceDocument(source, index, span, json !== undefined), json ?? readDocumentText(source.text, span));
  }

  private take(document: SourceDocument, { value, problems, cuts }: ReadOutcome): void {
    const { source } = document;
    if (value === undefined) {
      this.broken(document, problems);
      return;
    }
    const glued = gluedSeparator(value, source.text, document.span);
    if (glued !== undefined) {
      this.broken(document, [glued]);
      return;
    }
    const status = reasonToLeaveStatus(value);
    if (status !== undefined) {
      this.skipped.push({ file: source.name, reason: status, isForeign: true });
      return;
    }
    const mistake = isOverlayOfYtt(document) ? undefined : typeMistake(value);
    const isPatch = mistake?.key === undefined && isFoundPatch(source);
    if (mistake !== undefined && !isPatch) this.findings.push(typeFinding(document, value, mistake));
    const reason = reasonToSkip(value);
    if (reason !== undefined) {
      if (mistake === undefined || isPatch) this.skip(document, reason);
      return;
    }
    if (isTemplateOfYtt(document)) {
      this.skip(document, 'a template of ytt: #@ gives it values that it does not have yet');
      return;
    }
    const objects = objectsIn(document, value, this.skipped, cuts);
    if (source.found === true && objects.some(isUnrendered)) {
      this.skip(document, 'a template: its name contains {{ … }}');
      return;
    }
    for (const object of objects) this.objects.push(object);
    const only = objects.length === 1 ? objects[0] : undefined;
    for (const problem of combinedProblems(problems)) this.findings.push(findingOf(source, problem, only));
  }

  private broken(document: SourceDocument, problems: readonly TextProblem[]): void {
    const { source, span } = document;
    const reason = reasonToLeaveBroken(source, source.text.slice(span.start, span.end));
    if (reason !== undefined) this.skip(document, reason);
    else for (const problem of problems) this.findings.push(findingOf(source, problem));
  }

  private skip({ source, span }: SourceDocument, reason: string): void {
    this.skipped.push({ file: source.name, line: positionAt(source, span.start).line, reason });
  }
}

function isUnrendered({ name, namespace, kind }: ManifestObject): boolean {
  return hasPlaceholder(name) || hasPlaceholder(namespace) || hasPlaceholder(kind);
}

/** A text for ytt contains parts of objects, functions and templates, each marked by a comment. */
function isOverlayOfYtt({ source, span }: SourceDocument): boolean {
  return source.found === true && /^[ \t]*#@/m.test(source.text.slice(span.start, span.end));
}

/** Whether ytt inserts a value after some key of a document found in a directory. */
function isTemplateOfYtt({ source, span }: SourceDocument): boolean {
  return source.found === true && /:[ \t]+#@[ \t]/.test(source.text.slice(span.start, span.end));
}

/** Whether a file found in a directory is named as a patch: what commands merge into an object need not say its kind. */
function isFoundPatch({ name, found }: SourceText): boolean {
  return found === true && /patch/i.test(name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1));
}
