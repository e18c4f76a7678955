/** Pieces of a block are one text; a text of null loses no message. */
export function judge({ output }) {
  const count = output.match(/^A wading bird\.$/gm)?.length ?? 0;
  return count === 2 ? [] : [`${count} of 2 answers are whole`];
}
