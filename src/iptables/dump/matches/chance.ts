/** Matches by chance and by memory: libxt_statistic, libxt_recent. */
import { isWord } from '../../print/text.js';
import type { Match } from '../../types.js';
import { readNumber } from '../values.js';
import { find, negatedIf, type Given } from './options.js';

export function statistic(given: Given): Match | undefined {
  const mode = find(given, '--mode')?.value;
  const chance = find(given, '--probability');
  if (mode === 'random' && chance !== undefined && given.length === 2) {
    const probability = readProbability(chance.value);
    return probability === undefined ? undefined : { kind: 'statistic', mode, probability, ...negatedIf(chance) };
  }
  const every = find(given, '--every');
  const packet = find(given, '--packet');
  const count = readNumber(every?.value ?? '');
  const first = readNumber(packet?.value ?? '');
  if (
    mode !== 'nth' ||
    every === undefined ||
    given.length !== 3 ||
    count === undefined ||
    first === undefined ||
    first >= count
  )
    return undefined;
  return { kind: 'statisticNth', every: count, packet: first, ...negatedIf(every) };
}

/**
 * Values of up to ten decimals are kube-proxy's and are kept. More decimals come from a saved threshold, a multiple of
 * 1/2³¹; that multiple is restored here (eleven decimals suffice to distinguish all).
 */
function readProbability(value: string): number | undefined {
  if (value.length > 40 || !/^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(value)) return undefined;
  const probability = Number(value);
  if (probability > 1) return undefined;
  const isShort = !value.includes('.') || value.length - value.indexOf('.') - 1 <= 10;
  return isShort && !/[eE]/.test(value) ? probability : Math.round(probability * 2 ** 31) / 2 ** 31;
}

export function recent(given: Given): Match | undefined {
  const actions = given.filter(
    ({ schema: { name } }) => name === '--set' || name === '--rcheck' || name === '--update' || name === '--remove',
  );
  const [action] = actions;
  const name = find(given, '--name')?.value ?? 'DEFAULT';
  const seconds = readNumber(find(given, '--seconds')?.value ?? '0');
  const hitCount = readNumber(find(given, '--hitcount')?.value ?? '0');
  const mask = find(given, '--mask')?.value;
  const sides = given.filter(({ schema }) => schema.name === '--rsource' || schema.name === '--rdest');
  if (
    action === undefined ||
    actions.length > 1 ||
    sides.length > 1 ||
    seconds === undefined ||
    hitCount === undefined ||
    !isWord(name)
  )
    return undefined;
  if ((mask !== undefined && !isWord(mask)) || given.some((option) => option.negated && option !== action))
    return undefined;
  return {
    kind: 'recent',
    action: action.schema.name.slice(2) as 'set',
    name,
    ...(seconds > 0 ? { seconds } : {}),
    ...(find(given, '--reap') ? { reap: true } : {}),
    ...negatedIf(action),
    ...(hitCount > 0 ? { hitCount } : {}),
    ...(find(given, '--rttl') ? { sameTimeToLive: true } : {}),
    ...(mask === undefined || mask === '255.255.255.255' || /^(?:ffff:){7}ffff$/.test(mask) ? {} : { mask }),
    ...(sides[0]?.schema.name === '--rdest' ? { side: 'destination' as const } : {}),
  };
}
