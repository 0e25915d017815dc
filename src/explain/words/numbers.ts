import type { MaskedValue, PortRange } from '../../iptables/types.js';
import { hex } from '../../iptables/print/text.js';

/**
 * A share in words: `all`, `1/3`, `2/3`, else a percentage. Both the kernel's 31 bits and kube-proxy's former 5
 * decimals give thirds.
 */
export function shareWords(share: number): string {
  if (share > 1 - 1e-6) return 'all';
  if (share <= 0) return 'none';
  for (const over of [1, 2, 3]) {
    const parts = over / share;
    const whole = Math.round(parts);
    if (Math.abs(parts - whole) < whole * 1e-4 && whole < 10_000 && (over === 1 || whole < 10))
      return `${over}/${whole}`;
  }
  return `${percent(share)} %`;
}

/** A percentage with all significant digits. */
export function percent(share: number): string {
  const hundredfold = share * 100;
  if (hundredfold === 0 || hundredfold >= 10) return String(Number(hundredfold.toFixed(1)));
  return String(Number(hundredfold.toPrecision(3)));
}

/** `port 80`, `ports 80 to 90`. */
export function portWords({ from, to }: PortRange): string {
  return from === to ? `port ${from}` : `ports ${from} to ${to}`;
}

/** `80`, `80 to 90`. */
export function rangeWords({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

/** `0x4000`, or `0x4000/0xc000` if only some bits matter. */
export function markWords({ value, mask }: MaskedValue): string {
  return mask >>> 0 === 0xffffffff || mask === value ? hex(value) : `${hex(value)}/${hex(mask)}`;
}

/** `10800 s (3 hours)`: hours and days are added because they are easier to read. */
export function durationWords(seconds: number): string {
  for (const [unit, name] of [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const) {
    const whole = seconds / unit;
    if (Number.isInteger(whole) && whole >= 1) return `${seconds} s (${whole} ${name}${whole === 1 ? '' : 's'})`;
  }
  return `${seconds} s`;
}
