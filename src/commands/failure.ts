/** The data of a thrown value of unknown type. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Whether it is an error of the operating system, or of a path that it would reject because of a NUL. */
  readonly isSystem: boolean;
}

/** Describes a thrown value of any type; errors of another realm are not instances of `Error` here. */
export function describeFailure(error: unknown): Failure {
  const fields =
    typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>) : { message: error };
  const text = (field: string): string => (typeof fields[field] === 'string' ? fields[field] : '');
  return {
    name: text('name'),
    message: text('message') || String(fields.message),
    stack: text('stack'),
    isSystem: 'syscall' in fields || text('message').includes('without null bytes'),
  };
}
