/** The form for one packet. */
import type { Suggestions } from '../answers.js';
import { button, element } from './dom.js';
import { goTo, type Route } from './route.js';

/** The fields keep the values in the page's URL. */
export function packetForm(route: Route, { to, from }: Suggestions): HTMLFormElement {
  const inputs = {
    to: textField(
      'to',
      route.to,
      'shop/web or 10.96.0.50:80',
      to.map((value) => ({ value, label: '' })),
    ),
    from: textField('from', route.from, 'an address elsewhere', from),
    protocol: choice('protocol', route.protocol, [
      ['', 'as the Service says'],
      ['tcp', 'TCP'],
      ['udp', 'UDP'],
      ['sctp', 'SCTP'],
      ['icmp', 'ping'],
    ]),
    by: textField('by', route.by, 'as its address says', [
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
    field('Protocol', inputs.protocol),
    field('Comes in by', inputs.by),
    button('Send', () => undefined, { type: 'submit' }),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const [toValue, fromValue, byValue] = [inputs.to, inputs.from, inputs.by].map(
      (one) => one.querySelector('input')?.value.trim() ?? '',
    );
    const protocol = inputs.protocol.querySelector('select')?.value ?? '';
    goTo({ view: 'packet', to: toValue ?? '', from: fromValue ?? '', protocol, by: byValue ?? '', mode: route.mode });
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
