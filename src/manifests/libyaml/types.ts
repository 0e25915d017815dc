/** Tokens and nodes of YAML as libyaml distinguishes them, with their places as offsets into the text. */

export type TokenType =
  | 'version directive'
  | 'tag directive'
  | 'document start'
  | 'document end'
  | 'stream end'
  | 'block sequence start'
  | 'block mapping start'
  | 'block end'
  | 'flow sequence start'
  | 'flow sequence end'
  | 'flow mapping start'
  | 'flow mapping end'
  | 'block entry'
  | 'flow entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

type ScalarStyle = 'plain' | 'quoted' | 'block';

export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  /** The text of a scalar, the name of an anchor or alias, the handle of a tag, the version of a directive. */
  readonly value?: string;
  readonly style?: ScalarStyle;
  /** Of a tag the part after its handle, of a tag directive the prefix for the handle. */
  readonly suffix?: string;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

export interface YamlAlias extends Place {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: YamlContent;
}

export interface YamlScalar extends Place {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
  readonly tag?: string | undefined;
}

export interface YamlSequence extends Place {
  readonly kind: 'sequence';
  /** `start`: of the dash, or of the item itself within brackets. */
  readonly items: readonly { readonly start: number; readonly node: YamlNode }[];
}

export interface YamlMapping extends Place {
  readonly kind: 'mapping';
  readonly pairs: readonly (readonly [YamlNode, YamlNode])[];
}

export type YamlContent = YamlScalar | YamlSequence | YamlMapping;
export type YamlNode = YamlContent | YamlAlias;

/** libyaml's own error message, and where reading stopped. Thrown in this folder, caught by its users. */
export class Mistake extends Error {
  constructor(
    readonly problem: Problem,
    readonly start: number,
    readonly end: number = start,
  ) {
    super(problem);
  }
}

export type Problem =
  | 'found character that cannot start any token'
  | 'could not find expected colon'
  | 'block sequence entries are not allowed in this context'
  | 'mapping keys are not allowed in this context'
  | 'mapping values are not allowed in this context'
  | 'found unexpected document indicator'
  | 'found unexpected end of stream'
  | 'found unknown escape character'
  | 'did not find expected hexadecimal number'
  | 'found invalid Unicode character escape code'
  | 'found a tab that violates indentation'
  | 'found a tab where an indentation space is expected'
  | 'did not find expected comment or line break'
  | 'found an indentation indicator equal to 0'
  | 'did not find expected name of an anchor'
  | 'did not find expected tag'
  | 'found undefined tag handle'
  | 'found a directive that it does not know'
  | 'did not find expected directive'
  | 'found incompatible YAML document'
  | 'found duplicate directive'
  | 'did not find expected document start'
  | 'did not find expected node content'
  | 'did not find expected dash'
  | 'did not find expected key'
  | 'did not find expected comma or bracket'
  | 'found unknown anchor'
  | 'nested too deep'
  | 'too many tokens'
  | 'text behind the document';
