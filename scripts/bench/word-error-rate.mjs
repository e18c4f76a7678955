/** Letters, digits and spaces alone, small: what both sides are compared in. */
function wordsOf(text) {
  return text
    .toLowerCase()
    .replace(/[-–—]/g, ' ')
    .replace(/[^a-z0-9' ]+/g, ' ')
    .replace(/'/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Words wrong, missing or too many, and words in all. */
export function wordErrors(expected, heard) {
  const [a, b] = [wordsOf(expected), wordsOf(heard)];
  let previous = b.map((_, index) => index + 1);
  let corner = 0;
  for (const [row, word] of a.entries()) {
    const current = [];
    let left = row + 1;
    for (const [column, other] of b.entries()) {
      const diagonal = column === 0 ? row : previous[column - 1];
      left = Math.min(diagonal + (word === other ? 0 : 1), previous[column] + 1, left + 1);
      current.push(left);
    }
    previous = current;
    corner = row + 1;
  }
  return { errors: b.length === 0 ? corner : previous.at(-1), words: a.length };
}
