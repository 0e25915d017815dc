import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDirectoryAtomically, writeFileAtomically } from '../../src/files/write.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'write-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function* failing(): Generator<string> {
  yield 'part';
  throw new Error('no more');
}

describe('a file', () => {
  it('is written whole, from texts and bytes, and nothing else is left', () => {
    const chunks = ['a', Buffer.from('é'), 'x'.repeat(100000), 'z'];
    writeFileAtomically(join(root, 'out.txt'), chunks);
    expect(readFileSync(join(root, 'out.txt'), 'utf8')).toBe(`aé${'x'.repeat(100000)}z`);
    expect(readdirSync(root)).toEqual(['out.txt']);
  });

  it('stays as it was where writing fails', () => {
    const path = join(root, 'out.txt');
    writeFileSync(path, 'before');
    expect(() => {
      writeFileAtomically(path, failing());
    }).toThrow('no more');
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(root)).toEqual(['out.txt']);
  });

  it('keeps its mode, and a link to it stays one', () => {
    writeFileSync(join(root, 'real'), 'before');
    chmodSync(join(root, 'real'), 0o640);
    symlinkSync('real', join(root, 'link'));
    writeFileAtomically(join(root, 'link'), ['after']);
    expect(readlinkSync(join(root, 'link'))).toBe('real');
    expect(readFileSync(join(root, 'real'), 'utf8')).toBe('after');
    expect(statSync(join(root, 'real')).mode & 0o777).toBe(0o640);
  });

  it('is never a directory', () => {
    mkdirSync(join(root, 'd'));
    expect(() => {
      writeFileAtomically(join(root, 'd'), ['x']);
    }).toThrow();
    expect(readdirSync(root)).toEqual(['d']);
  });
});

describe('several files', () => {
  it('are refused at once where no directory can be made', () => {
    expect(() => {
      writeDirectoryAtomically('/proc/new/er', [['a', ['1']]]);
    }).toThrow('ENOENT');
  });

  it('are all written, into a directory that is made', () => {
    writeDirectoryAtomically(join(root, 'new', 'er'), [
      ['a', ['1']],
      ['b', ['2']],
    ]);
    expect(readdirSync(join(root, 'new', 'er'))).toEqual(['a', 'b']);
  });

  it('are none written where one fails', () => {
    writeFileSync(join(root, 'a'), 'before');
    expect(() => {
      writeDirectoryAtomically(root, [
        ['a', ['1']],
        ['b', failing()],
      ]);
    }).toThrow('no more');
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('before');
    expect(existsSync(join(root, 'b'))).toBe(false);
    expect(readdirSync(root)).toEqual(['a']);
  });
});
