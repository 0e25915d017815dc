import { readAddress, type TraceAddress } from '../walk/address.js';
import { kindOfWord, type TargetKind } from './kinds.js';

/** What a text names, before it is looked up. */
export type NameWanted =
  | {
      readonly kind: 'object';
      readonly objectKind: TargetKind;
      /** Undefined: the selected namespace (irrelevant for Nodes). */
      readonly namespace: string | undefined;
      readonly name: string;
      /** A number or a name. */
      readonly port: string | undefined;
    }
  | { readonly kind: 'address'; readonly address: TraceAddress; readonly port: number | undefined }
  | { readonly kind: 'nodePort'; readonly port: number }
  /** As a Pod would write it; in lower case, without a trailing dot. */
  | { readonly kind: 'dns'; readonly name: string; readonly isAbsolute: boolean; readonly port: string | undefined };

/** Longer than any name with its namespace, domain and port. */
const longest = 400;

/**
 * Reads `KIND/NAME[:PORT]`, `NAMESPACE/NAME[:PORT]` (a Service), `IP`, `IP:PORT`, `:NODEPORT` and DNS names. Undefined
 * for other texts, including invalid ports (0, 65536).
 */
export function readName(text: string): NameWanted | undefined {
  if (text === '' || text.length > longest) return undefined;
  return readNodePort(text) ?? readHostPort(text) ?? readObject(text) ?? readDns(text);
}

function readNodePort(text: string): NameWanted | undefined {
  const port = /^:(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && isPort(Number(port)) ? { kind: 'nodePort', port: Number(port) } : undefined;
}

function isPort(port: number): boolean {
  return port > 0 && port < 65_536;
}

/** `10.0.0.1`, `10.0.0.1:80`, `fd00::1`, `[fd00::1]`, `[fd00::1]:80`. */
function readHostPort(text: string): NameWanted | undefined {
  const whole = readAddress(text);
  if (whole !== undefined) return { kind: 'address', address: whole, port: undefined };
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = readAddress(bracketed ?? plain ?? '');
  const port = portText === undefined ? undefined : Number(portText);
  if (address === undefined || (port !== undefined && !isPort(port))) return undefined;
  return { kind: 'address', address, port };
}

const objectForm = /^([a-z][-a-z.]*)\/([a-z0-9][-a-z0-9.]*)(?::([-a-z0-9]+))?$/i;
const qualifiedForm = /^([a-z0-9][-a-z0-9.]*)\/([a-z0-9][-a-z0-9.]*)(?::([-a-z0-9]+))?$/;

function readObject(text: string): NameWanted | undefined {
  const [, word = '', named = '', namedPort] = objectForm.exec(text) ?? [];
  const objectKind = kindOfWord(word);
  if (objectKind !== undefined && named === named.toLowerCase())
    return { kind: 'object', objectKind, namespace: undefined, name: named, port: namedPort };
  const [, namespace, name = '', port] = qualifiedForm.exec(text) ?? [];
  return namespace === undefined ? undefined : { kind: 'object', objectKind: 'Service', namespace, name, port };
}

const dnsForm =
  /^((?:_?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)(?:\._?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*)(\.?)(?::([-a-z0-9]+))?$/i;

function readDns(text: string): NameWanted | undefined {
  const [, name, dot, port] = dnsForm.exec(text) ?? [];
  return name === undefined || /^[\d.]+$/.test(name)
    ? undefined
    : { kind: 'dns', name: name.toLowerCase(), isAbsolute: dot === '.', port };
}
