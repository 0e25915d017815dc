import { isMulticast } from '../../walk/address.js';
import { isParting, negateIf, type Answer } from '../../walk/doubt.js';
import { isLocal } from '../../walk/local.js';
import { inInterfaceOf, outInterfaceOf } from '../../walk/part.js';
import type { WalkState, World } from '../../walk/types.js';
import { all, type Field, type Selector } from './field.js';
import { literalText } from '../constants.js';

/** The routing data about an address; undefined if the walk does not track the field. */
export function fibField({ selectors, result }: Selector & { kind: 'fib' }): Field | undefined {
  const side = selectors.includes('saddr') ? 'source' : 'destination';
  if (result === 'type' && selectors.every((one) => ['saddr', 'daddr', 'mark', 'iif', 'oif'].includes(one)))
    return {
      oneOf: (values) => {
        const types = all(values, literalText);
        if (types === undefined) return undefined;
        return (state, world) => hasType(state, side, types, selectors, world);
      },
    };
  // Whether there is a route back to the source is not known; most sources have one.
  return undefined;
}

function hasType(
  state: WalkState,
  side: 'source' | 'destination',
  types: readonly string[],
  selectors: readonly string[],
  world: World,
): Answer {
  const local = isLocal(state, side, world);
  if (isParting(local)) return local;
  const [isLocalType, isUnicast] = [types.includes('local'), types.includes('unicast')];
  if (typeof local !== 'boolean') return isLocalType === isUnicast ? isLocalType : negateIf(!isLocalType, local);
  const name = selectors.includes('oif')
    ? outInterfaceOf(state)
    : selectors.includes('iif')
      ? inInterfaceOf(state)
      : '';
  if (isParting(name)) return name;
  const type = world.ofAddress(state, side, `fib ${selectors.join()} ${name} ${local}`, (address) => {
    const isHere = local && (!/iif|oif/.test(selectors.join()) || world.host.isOnInterface(address, name));
    if (world.host.isBroadcast(address)) return 'broadcast';
    if (isMulticast(address)) return 'multicast';
    return isHere ? 'local' : 'unicast';
  });
  return isParting(type) ? type : types.includes(type);
}
