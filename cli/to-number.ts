/** A number of the command line. An empty text would become 0, which some ranges allow: it is NaN. */
export function toNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return text.trim() === '' ? Number.NaN : Number(text);
}
