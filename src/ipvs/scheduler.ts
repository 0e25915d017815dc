import { quote } from '../diagnostics/quote.js';

/**
 * Schedulers that kube-proxy can be configured to use (`ipvs.scheduler`): modules ip_vs_* of the kernels it supports.
 */
export const schedulers: readonly string[] = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'lblcr',
  'sh',
  'dh',
  'sed',
  'nq',
  'mh',
  'fo',
  'ovf',
];

/**
 * Why kube-proxy would not start with this scheduler, in one sentence; undefined if it would. kube-proxy first tries it
 * on a test virtual server (pkg/proxy/ipvs/proxier.go, CanUseIPVSProxier).
 */
export function schedulerRefusal(scheduler: string): string | undefined {
  if (schedulers.includes(scheduler)) return undefined;
  return (
    `ipvs.scheduler is ${quote(scheduler)}, which kernels do not have, so kube-proxy does not start; ` +
    `choose one of ${schedulers.join(', ')}`
  );
}
