/** An input that does not exist or cannot be read. */
export interface UnreadableInput {
  readonly file: string;
  readonly message: string;
}

/** An error of the operating system in words. */
export function explainError(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'no such file or directory';
    case 'EACCES':
      return 'permission denied';
    case 'EISDIR':
      return 'is a directory';
    case 'EEXIST':
      return 'a file has that name';
    case 'ENOSPC':
      return 'no space is left on the device';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ELOOP':
      return 'a loop of symbolic links';
    case 'ENOTDIR':
      return 'a part of the path is not a directory';
    case 'ERR_INVALID_ARG_VALUE':
      return 'no file can have this name';
    default:
      return code === '' ? 'cannot be read' : `cannot be read (${code})`;
  }
}
