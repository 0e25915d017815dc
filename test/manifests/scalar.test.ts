import { keyText, resolvePlain } from '../../src/manifests/scalar.js';

describe('plain scalars, as go-yaml v2 (sigs.k8s.io/yaml) resolves them', () => {
  it.each(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'])('%s is true', (text) => {
    expect(resolvePlain(text)).toBe(true);
  });

  it.each(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'])('%s is false', (text) => {
    expect(resolvePlain(text)).toBe(false);
  });

  it.each(['', '~', 'null', 'Null', 'NULL'])('%j is null', (text) => {
    expect(resolvePlain(text)).toBeNull();
  });

  it.each([
    ['1.10', 1.1],
    ['7251e07', 72510000000],
    ['0x1f', 31],
    ['0X1F', 31],
    ['1_000', 1000],
    ['0514', 332],
    ['0o14', 12],
    ['-0b11', -3],
    ['+5', 5],
    ['1.', 1],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['089', 89],
    ['0', 0],
    ['-0x10', -16],
    ['1_0.5', 10.5],
  ])('%s is the number %d', (text, number) => {
    expect(resolvePlain(text)).toBe(number);
  });

  it.each([
    '22:22',
    '2024-01-01',
    '2001-12-14t21:59:43.10-05:00',
    'yEs',
    'nULL',
    '1.10.3',
    '0x',
    '-',
    '+',
    '.',
    '1e999',
    '_1',
    '0xg',
    '10.0.0.1',
    'e5',
    '0b2',
  ])('%s stays a string', (text) => {
    expect(resolvePlain(text)).toBe(text);
  });

  it.each(['.inf', '-.Inf', '+.INF', '.nan'])('%s is a number that JSON does not have', (text) => {
    expect(Number.isFinite(resolvePlain(text))).toBe(false);
    expect(typeof resolvePlain(text)).toBe('number');
  });
});

describe('keys', () => {
  it.each([
    ['y', 'true'],
    ['off', 'false'],
    ['80', '80'],
    ['0x50', '80'],
    ['1.10', '1.1'],
    ['3.14159265358', '3.1415927'],
    ['1.5e-7', '1.5e-07'],
    ['app', 'app'],
  ])('%s becomes %j in JSON', (text, key) => {
    expect(keyText(resolvePlain(text), text)).toBe(key);
  });

  it('null is refused', () => {
    expect(keyText(null, '')).toBeUndefined();
  });
});
