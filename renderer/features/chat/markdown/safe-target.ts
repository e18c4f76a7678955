/** The only scheme that the host opens; any other may start a program. */
const ALLOWED = 'https:';

/** The address if it may be a link, else undefined: it is then shown as text. */
export function toSafeTarget(address: string): string | undefined {
  try {
    const url = new URL(address);
    return url.protocol === ALLOWED ? url.href : undefined;
  } catch {
    return undefined;
  }
}
