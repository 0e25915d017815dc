import type { Packet } from './packet.js';
import type { WalkEnd } from './state.js';
export interface TraceReport { readonly packet: Packet; readonly ends: readonly WalkEnd[]; readonly assumed: readonly string[]; readonly servicePort: string | undefined; readonly colour: boolean }
export function describeTrace(report: TraceReport): string { return `${report.ends.length}\n`; }
