import type { Finding } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import { ambiguousScalar, ambiguousPorts } from './ambiguous-scalars.js';
import { annotationProblems } from './annotations.js';
import { nameProblems } from './object-names.js';
import { configurationProblems } from './proxy-configuration-values.js';
import { messageOf } from './schema-messages.js';
import { mistakesIn, type Mistake } from './schema-mistakes.js';
import { serviceCIDRProblems } from './service-cidr-values.js';
import { changedFields, oldBackendProblems } from './old-apis.js';
import { removedApi, servedApiVersion } from './served-apis.js';
import { sourceAt, type ManifestObject } from './types.js';
import type { ValidationProblem } from './validation-problem.js';
import { loadValidators } from './validators/load.js';
import type { Validator } from './validators/validator.js';

/**
 * Checks objects against the schemas of their kinds like the API server of that version: wrong types, values outside an
 * enumeration or range, missing and unknown fields, versions that are no longer served. Problems with a rule of their
 * own under `api/` are not checked here. Custom resources and kinds without a schema are not checked; only the check
 * for removed versions covers all of Kubernetes' own kinds.
 */
export async function validateObjects(
  objects: readonly ManifestObject[],
  version: { readonly minor: number },
): Promise<Finding[]> {
  const validators = await loadValidators(new Set(objects.map(({ kind }) => kind)));
  return validateWith(validators, objects, version);
}

/** The same with validators that are already loaded. */
function validateWith(
  validators: ReadonlyMap<string, Validator>,
  objects: readonly ManifestObject[],
  version: { readonly minor: number },
): Finding[] {
  const findings: Finding[] = [];
  for (const object of objects) {
    for (const problem of problemsOf(object, validators, version)) findings.push(findingOf(object, problem));
  }
  return findings;
}

const none: readonly ValidationProblem[] = [];

function problemsOf(
  object: ManifestObject,
  validators: ReadonlyMap<string, Validator>,
  version: { readonly minor: number },
): readonly ValidationProblem[] {
  const { apiVersion, kind } = object;
  const removed = removedApi(apiVersion, kind, version);
  if (removed !== undefined)
    return [removalProblem(object, removed.minor, removed.replacement), ...oldBackendProblems(object)];
  const served = servedApiVersion(apiVersion, kind);
  if (served === undefined) return none;
  if (served !== apiVersion) return [versionProblem(object, served)];
  const values = valueProblems(object, version);
  const validator = validators.get(kind);
  if (validator === undefined || validator(object.value)) return values;
  const named = new Set(values.map(({ path }) => JSON.stringify(path)));
  const mistakes = withoutSecondOfPair(mistakesIn(validator.errors ?? [], object.value)).filter(
    ({ path }) => !named.has(JSON.stringify(path)),
  );
  return [...values, ...mistakes.map((mistake) => problemOf(object, mistake))];
}

/** Without servicePort beside serviceName: the message about one names both fields of old Ingresses. */
function withoutSecondOfPair(mistakes: readonly Mistake[]): readonly Mistake[] {
  const names = new Set(mistakes.map(({ path }) => JSON.stringify(path)));
  return mistakes.filter(
    ({ path }) => path.at(-1) !== 'servicePort' || !names.has(JSON.stringify([...path.slice(0, -1), 'serviceName'])),
  );
}

/** Checks that schemas do not express. A fast path, because most objects of large sets need none. */
function valueProblems(object: ManifestObject, version: { readonly minor: number }): readonly ValidationProblem[] {
  const lists = [
    ambiguousPorts(object),
    nameProblems(object),
    annotationProblems(object),
    object.kind === 'KubeProxyConfiguration' ? configurationProblems(object, version) : none,
    object.kind === 'ServiceCIDR' ? serviceCIDRProblems(object) : none,
  ];
  return lists.every((list) => list.length === 0) ? none : lists.flat();
}

function problemOf(object: ManifestObject, mistake: Mistake): ValidationProblem {
  const ambiguous = ambiguousScalar(object, mistake);
  if (ambiguous !== undefined) return ambiguous;
  const { path, keyword, data } = mistake;
  const message = messageOf(object, mistake);
  if (keyword === 'additionalProperties') {
    const severity = object.kind === 'KubeProxyConfiguration' ? 'warning' : 'error';
    return { rule: 'schema/unknown-field', path, part: 'key', severity, message };
  }
  const isWhole = keyword === 'required' || data === null || typeof data === 'object';
  return { rule: 'schema/invalid', path, message, part: isWhole ? 'key' : 'value' };
}

function removalProblem(
  { apiVersion, kind }: ManifestObject,
  minor: number,
  replacement: string | undefined,
): ValidationProblem {
  const changes = changedFields(kind, apiVersion);
  const remedy =
    replacement === undefined
      ? 'nothing replaces it'
      : `use ${replacement}${changes === undefined ? '' : `, where ${changes}`}`;
  const message = `${kind} of ${apiVersion} is not served since Kubernetes 1.${minor}, so the API server refuses it: ${remedy}.`;
  return { rule: 'schema/removed-api', path: ['apiVersion'], message };
}

function versionProblem({ apiVersion, kind }: ManifestObject, served: string): ValidationProblem {
  const message = `There is no ${kind} in ${quote(apiVersion)}, so the API server refuses it: use ${served}.`;
  return { rule: 'schema/invalid', path: ['apiVersion'], message };
}

function findingOf(object: ManifestObject, problem: ValidationProblem): Finding {
  const { rule, message, path, fix, part = 'value', severity = 'error' } = problem;
  const { kind, namespace, name } = object;
  return {
    rule,
    severity,
    message,
    file: sourceAt(object, path).name,
    range: object.locate(path, part),
    object: { kind, namespace, name },
    path,
    ...(fix === undefined ? {} : { fix }),
  };
}
