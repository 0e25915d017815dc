/** What to explain, as the command line says it. */
export type ExplainTarget =
  | {
      readonly kind: 'service';
      readonly namespace: string;
      readonly service: string;
      readonly port: string | undefined;
    }
  | { readonly kind: 'chain'; readonly chain: string; readonly table: string | undefined }
  | { readonly kind: 'rule'; readonly table: string; readonly chain: string; readonly number: number };

const tables = 'raw|mangle|nat|filter|security';
const serviceForm = /^(?:svc|service|services)\/([a-z0-9][-a-z0-9.]*)(?::([-a-z0-9]+))?$/;
const qualifiedForm = /^([a-z0-9][-a-z0-9.]*)\/([a-z0-9][-a-z0-9.]*)(?::([-a-z0-9]+))?$/;

/**
 * Reads `svc/NAME[:PORT]`, `NAMESPACE/NAME[:PORT]`, `TABLE:CHAIN:RULENUM`, `TABLE:CHAIN` or a chain's name. Undefined
 * for a text of another form. A lower-case word alone is no target: it is more likely a file that is missing than a
 * chain.
 */
export function readTarget(text: string, namespace: string): ExplainTarget | undefined {
  if (text.length > 400 || text === '' || text === '-') return undefined;
  const own = serviceForm.exec(text);
  if (own !== null) return { kind: 'service', namespace, service: own[1] ?? '', port: own[2] };
  const qualified = qualifiedForm.exec(text);
  if (qualified !== null)
    return { kind: 'service', namespace: qualified[1] ?? '', service: qualified[2] ?? '', port: qualified[3] };
  const placed = new RegExp(`^(${tables}):([^\\s:]+)(?::(\\d{1,7}))?$`).exec(text);
  if (placed !== null) return placedTarget(placed[1] ?? '', placed[2] ?? '', placed[3]);
  return /^[A-Z][\w-]{1,27}$|^(?:cali|ufw|f2b|CNI|KUBE|DOCKER|FLANNEL|WEAVE|CILIUM|OLD_CILIUM)[-_][^\s/]{1,24}$/.test(
    text,
  )
    ? { kind: 'chain', chain: text, table: undefined }
    : undefined;
}

function placedTarget(table: string, chain: string, number: string | undefined): ExplainTarget {
  return number === undefined
    ? { kind: 'chain', chain, table }
    : { kind: 'rule', table, chain, number: Number(number) };
}
