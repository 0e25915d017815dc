/**
 * The syntax of names as the API server checks it (k8s.io/apimachinery/pkg/util/validation). Each function returns what
 * is wrong with the text, to be appended to it (`"a_b" holds …`), or undefined.
 */

const dnsLabel = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const dns1035Label = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const namePart = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** A DNS-1123 label: up to 63 of a-z, 0-9 and `-`. */
export function dnsLabelFault(text: string): string | undefined {
  return (
    lengthFault(text, 63) ??
    (dnsLabel.test(text)
      ? undefined
      : 'may contain only lower-case letters, digits and "-", and must begin and end with a letter or digit')
  );
}

/** A DNS-1035 label: a DNS-1123 label that begins with a letter. */
export function dns1035LabelFault(text: string): string | undefined {
  return (
    lengthFault(text, 63) ??
    (dns1035Label.test(text)
      ? undefined
      : 'may contain only lower-case letters, digits and "-", and must begin with a letter and not end with "-"')
  );
}

/** A DNS-1123 subdomain: labels with dots between them, up to 253 characters. */
export function dnsSubdomainFault(text: string): string | undefined {
  const fault = lengthFault(text, 253);
  if (fault !== undefined) return fault;
  return dnsLabel.test(text) || text.split('.').every((label) => dnsLabel.test(label))
    ? undefined
    : 'may contain only lower-case letters, digits, "-" and ".", and every part must begin and end with a letter or digit';
}

/** `*.` followed by a DNS-1123 subdomain. */
export function wildcardFault(text: string): string | undefined {
  return text.startsWith('*.') && dnsSubdomainFault(text.slice(2)) === undefined && text.length <= 253
    ? undefined
    : 'is not a wildcard name: one "*." in front of a DNS name and no other "*"';
}

/** A domain name of at least two labels; one trailing dot is allowed. */
export function domainNameFault(text: string): string | undefined {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const labels = name.split('.');
  return name.length <= 255 && labels.length >= 2 && labels.every((label) => dnsLabelFault(label) === undefined)
    ? undefined
    : 'is not a fully qualified domain name: at least two DNS labels with dots between them';
}

/** An IANA service name (RFC 6335): the names of container ports, to which targetPorts refer. */
export function portNameFault(text: string): string | undefined {
  const fault = lengthFault(text, 15);
  if (fault !== undefined) return fault;
  if (!/^[-a-z0-9]+$/.test(text)) return 'may contain only lower-case letters, digits and "-"';
  if (!/[a-z]/.test(text)) return 'must contain at least one letter';
  if (text.includes('--')) return 'may not contain two "-" in a row';
  return text.startsWith('-') || text.endsWith('-') ? 'may not begin or end with "-"' : undefined;
}

/** A qualified name: `name` or `prefix/name`, as in label keys. */
export function qualifiedNameFault(text: string): string | undefined {
  if (text.length <= 63 && namePart.test(text)) return undefined;
  const parts = text.split('/');
  if (parts.length > 2) return 'may contain only one "/"';
  const name = parts.at(-1) ?? '';
  if (parts.length === 2 && dnsSubdomainFault(parts[0] ?? '') !== undefined)
    return 'must have a DNS name before the "/"';
  if (name.length > 63) return `has ${name.length} characters, and 63 are the most`;
  return namePart.test(name)
    ? undefined
    : 'may contain only letters, digits, "-", "_" and ".", and must begin and end with a letter or digit';
}

/** A label value: empty, or up to 63 of letters, digits, `-`, `_` and `.`. */
export function labelValueFault(text: string): string | undefined {
  if (text === '') return undefined;
  if (text.length > 63) return `has ${text.length} characters, and 63 are the most`;
  return namePart.test(text)
    ? undefined
    : 'may contain only letters, digits, "-", "_" and ".", and must begin and end with a letter or digit';
}

function lengthFault(text: string, most: number): string | undefined {
  if (text === '') return 'is empty';
  return text.length > most ? `has ${text.length} characters, and ${most} are the most` : undefined;
}
