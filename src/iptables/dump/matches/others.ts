/** Matches of comments, bridge ports, sets, accounting and virtual servers. */
import { portNumber, protocolName } from '../../names.js';
import { isQuotable, isWord } from '../../print/text.js';
import type { Match, PhysicalDeviceMatch } from '../../types.js';
import { find, only, negatedIf, type Given, type Mutable } from './options.js';

export function comment(given: Given): Match | undefined {
  const option = only(given);
  return option === undefined || option.negated || !isQuotable(option.value)
    ? undefined
    : { kind: 'comment', text: option.value };
}

export function physicalDevice(given: Given): Match | undefined {
  const [first] = given;
  if (first === undefined) return undefined;
  if (given.length === 1 && first.schema.name === '--physdev-is-in')
    return { kind: 'physdevIsIn', ...negatedIf(first) };
  const match: Mutable<PhysicalDeviceMatch> = { kind: 'physicalDevice' };
  for (const {
    schema: { name },
    value,
    negated,
  } of given) {
    if (name === '--physdev-is-in') match.isIn = !negated;
    else if (name === '--physdev-is-out') match.isOut = !negated;
    else if (name === '--physdev-is-bridged') match.isBridged = !negated;
    else if (!isWord(value)) return undefined;
    else if (name === '--physdev-in')
      Object.assign(match, { inInterface: value }, negated ? { inInterfaceNegated: true } : {});
    else Object.assign(match, { outInterface: value }, negated ? { outInterfaceNegated: true } : {});
  }
  return match;
}

export function set(given: Given): Match | undefined {
  const option = find(given, '--match-set');
  const directions = option?.secondValue.split(',', 7) ?? [];
  if (
    option === undefined ||
    !isWord(option.value) ||
    directions.length > 6 ||
    find(given, '--return-nomatch')?.negated === true
  )
    return undefined;
  if (!directions.every((direction) => direction === 'src' || direction === 'dst')) return undefined;
  return {
    kind: 'set',
    name: option.value,
    directions,
    ...negatedIf(option),
    ...(given.length > 1 ? { returnNoMatch: true } : {}),
  };
}

export function accounting(given: Given): Match | undefined {
  const option = only(given);
  return option === undefined || option.negated || !isWord(option.value)
    ? undefined
    : { kind: 'nfacct', name: option.value };
}

export function ipvs(given: Given): Match | undefined {
  const direction = only(given);
  if (direction?.schema.name === '--vdir')
    return direction.value === 'ORIGINAL' ? { kind: 'ipvsVirtualDirection', ...negatedIf(direction) } : undefined;
  const protocol = protocolName(find(given, '--vproto')?.value ?? '');
  const address = find(given, '--vaddr')?.value;
  const port = portNumber(find(given, '--vport')?.value ?? '');
  if (
    given.length !== 3 ||
    !protocol ||
    address === undefined ||
    port === undefined ||
    given.some(({ negated }) => negated)
  )
    return undefined;
  return isWord(address) ? { kind: 'ipvsVirtualService', address, protocol, port } : undefined;
}
