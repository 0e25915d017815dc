/** The names of a definition's fields, separated by blanks. */
export const fields: Readonly<Record<string, string>>;
