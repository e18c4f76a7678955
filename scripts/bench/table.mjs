/** A Markdown table. */
export function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A number with so many digits, or words where there is none. */
export function fixed(value, digits = 1) {
  return value === undefined || Number.isNaN(value) ? 'not measured' : value.toFixed(digits);
}
