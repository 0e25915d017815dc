/**
 * Wrong usage or unreadable input: the command ends with exit status 2 and this message, which says what to do instead.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
