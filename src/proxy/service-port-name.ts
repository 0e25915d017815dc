/** The parts of a service port's name as kube-proxy writes it. */
export interface ServicePortName {
  /** `namespace/name:port`, or `namespace/name`. */
  readonly text: string;
  readonly namespace: string;
  readonly service: string;
  /** `''` if the port has no name. */
  readonly port: string;
}

const form = /^([a-z0-9](?:[-a-z0-9.]{0,252}))\/([a-z0-9](?:[-a-z0-9.]{0,252}))(?::([-a-z0-9]{0,63}))?$/;

/**
 * Reads `namespace/name:port`; undefined for other texts. Old versions of kube-proxy wrote a colon even if the port has
 * no name.
 */
export function readServicePortName(text: string): ServicePortName | undefined {
  const parts = text.length > 600 ? null : form.exec(text);
  if (parts === null) return undefined;
  return { text: text.replace(/:$/, ''), namespace: parts[1] ?? '', service: parts[2] ?? '', port: parts[3] ?? '' };
}
