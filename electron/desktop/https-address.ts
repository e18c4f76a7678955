/** The normalised address, or undefined unless it is https without a hidden user name. */
export function toHttps(text: string): string | undefined {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
