/** Characters of a European language that make a token, a little fewer than the usual four. */
const ASCII_CHARS_PER_TOKEN = 3.5;

/** A picture or a sound, where nothing tells: Gemma 3's 256 and its marks. */
export const TOKENS_PER_MEDIA = 260;

/**
 * About how many tokens a text takes: rather more than it does, since what is too long fails. Other scripts take about one a
 * character.
 */
export function estimateTokens(text: string): number {
  let ascii = 0;
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) < 0x250) ascii += 1;
  return Math.ceil(ascii / ASCII_CHARS_PER_TOKEN + (text.length - ascii));
}
