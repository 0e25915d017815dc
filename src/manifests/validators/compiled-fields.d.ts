/** The names of a definition's fields, with blanks between them. */
export const fields: Readonly<Record<string, string>>;
