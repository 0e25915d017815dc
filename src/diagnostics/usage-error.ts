/** Bad usage or unreadable input: ends a command with exit status 2 and this message, which says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
