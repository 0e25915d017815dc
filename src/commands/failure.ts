/** What an unknown thrown value says of itself. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Whether the operating system refused something, or would: no path holds a NUL. */
  readonly isSystem: boolean;
}

/** Takes a thrown value apart, whatever it is: errors of another realm are no `Error` here. */
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
