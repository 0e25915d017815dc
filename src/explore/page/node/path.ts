/** Replaces `node:path`. */
export * from 'pathe';
