import type { PortmapVersion } from './types.js';

/** The newest release that was run for comparison. */
export const usualVersion: PortmapVersion = '1.9';

/**
 * Reads `1.9.1`, `v1.6` or `head`. All of 1.3 to 1.9 write the same iptables rules; nftables was added in 1.6 and
 * changed in 1.9. Undefined for other texts.
 */
export function parsePortmapVersion(text: string): PortmapVersion | undefined {
  if (text === 'head') return 'head';
  const minor = Number(/^v?1\.(\d{1,2})(?:\.\d{1,2})?$/.exec(text)?.[1]);
  if (!(minor >= 3 && minor <= 9)) return undefined;
  return minor < 6 ? '1.3' : minor < 9 ? '1.6' : '1.9';
}
