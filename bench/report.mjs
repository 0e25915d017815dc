const megabytes = (bytes) => (bytes / 1048576).toFixed(0);
const milliseconds = (time) => (time >= 100 ? time.toFixed(0) : time.toFixed(1));

/** Results as a table: times in milliseconds, peak memory in MB. */
export function table(results) {
  const head = ['', 'wall', 'cpu', 'unit', 'units', 'cpu units', 'peak', 'each', ''];
  const rows = Object.entries(results).map(([name, one]) =>
    'failure' in one
      ? [name, one.failure]
      : [
          name,
          milliseconds(one.wall),
          milliseconds(one.cpu),
          milliseconds(one.unit),
          one.units.toFixed(2),
          one.cpuUnits.toFixed(2),
          megabytes(one.peak),
          one.size === undefined ? '' : `${((1000 * one.wall) / one.size).toFixed(1)} µs`,
          Object.entries(one.marks ?? {})
            .map(([part, time]) => `${part} ${milliseconds(time)}`)
            .join(', '),
        ],
  );
  return align([head, ...rows]);
}

/** Two commits side by side; a change is the median of the changes in pairs that ran directly after one another. */
export function comparison(results) {
  const percent = (ratio) => `${ratio < 1 ? '' : '+'}${(100 * (ratio - 1)).toFixed(1)} %`;
  const rows = Object.entries(results).map(([name, { before, after, ratio, cpuRatio }]) => [
    name,
    milliseconds(before.wall),
    milliseconds(after.wall),
    percent(ratio),
    percent(cpuRatio),
    megabytes(before.peak),
    megabytes(after.peak),
  ]);
  return align([['', 'before', 'after', 'wall', 'cpu', 'MB before', 'MB after'], ...rows]);
}

function align(rows) {
  const widths = rows.reduce((known, row) => row.map((cell, column) => Math.max(cell.length, known[column] ?? 0)), []);
  return (
    rows
      .map((row) =>
        row
          .map((cell, column) =>
            column === 0 || column === 8 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
          )
          .join('  ')
          .trimEnd(),
      )
      .join('\n') + '\n'
  );
}
