import { rangeOfPlace } from './place.js';
import type { BuildLimit, BuiltProblem, NodePart } from '../manifests/types.js';
import type { Place } from './node.js';

/** Thrown if a build becomes too large; caught within the build. */
export class TooLarge extends Error {
  constructor(
    readonly place: Place,
    message = 'The build becomes larger than any cluster',
  ) {
    super(message);
  }
}

/** Limits for one build; real ones are far below. */
const mostResources = 50_000;
const mostCopies = 100_000;
const mostProblems = 100;

/** What is collected during one build. */
export class BuildContext {
  readonly problems: BuiltProblem[] = [];
  readonly limits: BuildLimit[] = [];
  #resources = 0;
  #copies = 0;

  /** Reports why kustomize would fail here. */
  problem(
    place: Place,
    message: string,
    { part, ...more }: Omit<BuiltProblem, 'file' | 'range' | 'message'> & { readonly part?: NodePart } = {},
  ): void {
    if (this.problems.length < mostProblems) this.problems.push({ ...rangeOfPlace(place, part), message, ...more });
  }

  /**
   * Reports a kustomize feature that is not supported here. `adds`: objects are missing; `changes`: anything may
   * differ.
   */
  limit(place: Place, effect: BuildLimit['effect'], reason: string): void {
    if (this.limits.length < mostProblems) this.limits.push({ ...rangeOfPlace(place), effect, reason });
  }

  /** Says that a kustomization puts everything that its limits, those from an index on, leave out into a namespace. */
  setNamespace(from: number, namespace: string): void {
    for (const [index, limit] of this.limits.entries()) if (index >= from) this.limits[index] = { ...limit, namespace };
  }

  /** Whether all objects are known: only then is a target that was not found really missing. */
  get knowsAll(): boolean {
    return !this.limits.some(({ effect }) => effect !== 'values');
  }

  /**
   * Whether a kustomization has a schema of its own (`openapi`), which determines how lists of custom resources are
   * merged.
   */
  hasOwnSchema = false;

  /** Whether every field of the known objects is known. */
  get knowsFields(): boolean {
    return !this.hasOwnSchema && !this.limits.some(({ effect }) => effect === 'changes');
  }

  /** Counts objects; throws TooLarge above the limit. */
  countResource(place: Place): void {
    if (++this.#resources > mostResources) throw new TooLarge(place);
  }

  /**
   * Counts copied nodes; throws TooLarge above the limit. A patch that copies a value into itself doubles it each time.
   */
  countCopies(place: Place, nodes: number): void {
    this.#copies += nodes;
    if (this.#copies > mostCopies) throw new TooLarge(place);
  }
}
