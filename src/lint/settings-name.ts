/** The file name of settings, searched from the working directory upward. */
export const settingsFileName = 'kubechains.yaml';
