/** ISO 639 codes of languages that are written without spaces between words. */
export const UNSPACED_LANGUAGES: ReadonlySet<string> = new Set(['zh', 'yue', 'ja', 'th', 'lo', 'my']);
