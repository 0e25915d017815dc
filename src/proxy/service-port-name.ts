/** The name of a service port as kube-proxy writes it, taken apart. */
export interface ServicePortName {
  /** `namespace/name:port`, or `namespace/name`. */
  readonly text: string;
  readonly namespace: string;
  readonly service: string;
  /** `''` where the port has no name. */
  readonly port: string;
}

const form = /^([a-z0-9](?:[-a-z0-9.]{0,252}))\/([a-z0-9](?:[-a-z0-9.]{0,252}))(?::([-a-z0-9]{0,63}))?$/;

/**
 * Reads `namespace/name:port`; undefined where the text is no such name. Old kube-proxies wrote a colon behind
 * names of Services whose port has none.
 */
export function readServicePortName(text: string): ServicePortName | undefined {
  const parts = text.length > 600 ? null : form.exec(text);
  if (parts === null) return undefined;
  return { text: text.replace(/:$/, ''), namespace: parts[1] ?? '', service: parts[2] ?? '', port: parts[3] ?? '' };
}
