/** A name that every system takes: no separators, no control characters, not too long. @param fallback for none */
export function safeFileName(title: string, fallback: string, extension: string): string {
  const safe = title
    .replace(/[\p{C}<>:"/\\|?*]+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 120);
  return `${safe === '' ? fallback : safe}.${extension}`;
}
