import type { Finding, Severity } from '../../diagnostics/finding.js';
import { quote } from '../../diagnostics/quote.js';
import type { TableName } from '../types.js';

/** What is wrong with a dump as a text. */
export class DumpFindings {
  readonly list: Finding[] = [];
  private foreign: { readonly first: number; last: number; readonly text: string } | undefined;

  constructor(private readonly file: string) {}

  /** Adds a finding about a part of a line; `start` and `end` count from 0. */
  add(severity: Severity, rule: string, message: string, lineNumber: number, start: number, end: number): void {
    const line = Math.max(1, lineNumber);
    const range = {
      start: { line, column: Math.max(0, start) + 1 },
      end: { line, column: Math.max(0, end) + 1 },
    };
    this.list.push({ rule: `dump/${rule}`, severity, message, file: this.file, range });
  }

  /** Notes a line that is not iptables-save output, such as prose or a prompt around a dump. */
  addForeign(line: number, text: string): void {
    if (this.foreign !== undefined) this.foreign.last = line;
    else this.foreign = { first: line, last: line, text };
  }

  /** Adds one finding for the foreign lines noted since the last call. Whether there were any. */
  endForeign(table: TableName | undefined): boolean {
    const { foreign } = this;
    if (foreign === undefined) return false;
    this.foreign = undefined;
    const { first, last } = foreign;
    const lines = first === last ? `Line ${first} is` : `Lines ${first} to ${last} are`;
    const place = table === undefined ? '' : ` within the table ${table}`;
    this.list.push({
      rule: 'dump/not-iptables-save',
      severity: table === undefined ? 'info' : 'warning',
      message: `${lines} not iptables-save${place}, and skipped; the first one is ${quote(foreign.text)}.`,
      file: this.file,
      range: { start: { line: first, column: 1 }, end: { line: last + 1, column: 1 } },
    });
    return true;
  }
}
