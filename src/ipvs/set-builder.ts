import { addressBits, type Family } from '../net/address.js';
import { setKeys, setKinds, setName, type SetKey } from './set-names.js';
import type { IpSet, SetOption } from './types.js';

/** Collects the elements of kube-proxy's sets during one sync. */
export class SetBuilder {
  private readonly wanted = new Map<SetKey, Set<string>>(setKeys.map((key) => [key, new Set()]));

  constructor(private readonly family: Family) {}

  add(key: SetKey, element: string): void {
    this.wanted.get(key)?.add(element);
  }

  /**
   * Whether kube-proxy has no elements for the set; it then writes no rule for it. Elements that the kernel rejects
   * count.
   */
  isEmpty(key: SetKey): boolean {
    return this.wanted.get(key)?.size === 0;
  }

  /** The sets as the kernel stores them. */
  finish(): IpSet[] {
    return setKeys.map((key) => ({
      name: setName(key, this.family),
      type: setKinds[key].type,
      options: setKinds[key].type === 'bitmap:port' ? bitmapOptions : hashOptions(this.family),
      elements: this.elementsOf(key).map((element) => ({ element })),
    }));
  }

  private elementsOf(key: SetKey): string[] {
    const elements = [...(this.wanted.get(key) ?? [])];
    if (setKinds[key].type !== 'hash:ip,port,net') return elements;
    const whole = `/${addressBits(this.family)}`;
    return elements
      .filter((element) => !element.endsWith('/0'))
      .map((element) => (element.endsWith(whole) ? element.slice(0, -whole.length) : element));
  }
}

const bitmapOptions: readonly SetOption[] = [{ name: 'range', value: '0-65535' }];

function hashOptions(family: Family): readonly SetOption[] {
  return [
    { name: 'family', value: family === 'ipv4' ? 'inet' : 'inet6' },
    { name: 'hashsize', value: '1024' },
    { name: 'maxelem', value: '65536' },
  ];
}
