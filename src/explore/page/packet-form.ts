/** The form for one packet. */
import type { Suggestions } from '../answers.js';
import { button, element } from './dom.js';
import { goTo, type Route } from './route.js';

/** Fields keep what the address of the page says. */
export function packetForm(route: Route, { to, from, namespaces }: Suggestions): HTMLFormElement {
  const inputs = {
    to: textField(
      'to',
      route.to,
      'shop/web or 10.96.0.50:80',
      to.map((value) => ({ value, label: '' })),
    ),
    from: textField('from', route.from, 'deploy/web, pod/web-0 or an address', from),
    namespace: textField(
      'namespace',
      route.namespace,
      'that of To',
      namespaces.map((value) => ({ value, label: '' })),
    ),
    protocol: choice('protocol', route.protocol, [
      ['', "the Service's"],
      ['tcp', 'TCP'],
      ['udp', 'UDP'],
      ['sctp', 'SCTP'],
      ['icmp', 'ping'],
    ]),
    by: textField('by', route.by, 'by its source', [
      { value: 'local', label: 'the node itself sends it' },
      { value: 'eth0', label: 'from outside' },
      { value: 'cni0', label: 'from a Pod' },
    ]),
  };
  const form = element(
    'form',
    { class: 'packet-form', 'aria-label': 'Packet' },
    field('To', inputs.to),
    field('From', inputs.from),
    field('Namespace', inputs.namespace),
    field('Protocol', inputs.protocol),
    field('Comes in by', inputs.by),
    button('Send', () => undefined, { type: 'submit' }),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const valueOf = (one: HTMLElement): string => one.querySelector('input')?.value.trim() ?? '';
    const protocol = inputs.protocol.querySelector('select')?.value ?? '';
    const [toValue, fromValue, namespace] = [valueOf(inputs.to), valueOf(inputs.from), valueOf(inputs.namespace)];
    const fields = { to: toValue, from: fromValue, namespace, protocol, by: valueOf(inputs.by) };
    goTo({ view: 'packet', ...fields, mode: route.mode });
  });
  return form;
}

function field(words: string, control: HTMLElement): HTMLElement {
  const id = control.querySelector('input, select')?.id ?? '';
  return element('div', { class: 'field' }, element('label', { for: id }, words), control);
}

function textField(
  name: string,
  value: string,
  placeholder: string,
  known: readonly { readonly value: string; readonly label: string }[],
): HTMLElement {
  const list = element(
    'datalist',
    { id: `known-${name}` },
    ...known.map((one) => element('option', { value: one.value, label: one.label || undefined })),
  );
  const input = element('input', {
    id: `field-${name}`,
    name,
    placeholder,
    list: list.id,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  input.value = value;
  return element('div', {}, input, list);
}

function choice(name: string, value: string, choices: readonly (readonly [string, string])[]): HTMLElement {
  const select = element(
    'select',
    { id: `field-${name}`, name },
    ...choices.map(([one, words]) => element('option', { value: one }, words)),
  );
  select.value = value;
  return element('div', {}, select);
}
