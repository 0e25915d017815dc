/** The name under which settings are looked for, from the working directory upward. */
export const settingsFileName = 'kubechains.yaml';
