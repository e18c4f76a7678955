/** Schemes that a link in an answer may have. Opening is the host's decision, and https only. */
const ALLOWED = new Set(['https:', 'http:', 'mailto:']);

/** The address if its scheme is one that may be a link, else undefined: it is then shown as text. */
export function toSafeTarget(address: string): string | undefined {
  try {
    const url = new URL(address);
    return ALLOWED.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
