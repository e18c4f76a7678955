import { deflateSync } from 'node:zlib';
import { wordKey } from './seam.ts';

/** As of a text of the model, see fallback.ts: above it a text repeats itself. */
const REPETITIVE_COMPRESSION = 2.4;
/** So many words in a row that stand in the prompt may come from there and not from the sound. */
const ECHO_WORDS = 4;

function keysOf(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((text) => wordKey({ text }));
}

/**
 * Names and words to expect as the model may be given them: one that reads the same word over and over writes nothing
 * else. Undefined where nothing is left.
 */
export function tidyPrompt(prompt: string | undefined): string | undefined {
  const words = (prompt ?? '').split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const text = words.join(' ');
  const bytes = Buffer.from(text);
  if (bytes.length === 0) return undefined;
  if (bytes.length / deflateSync(bytes).length <= REPETITIVE_COMPRESSION) return prompt;
  const seen = new Set<string>();
  const once = words.filter((word) => {
    const key = wordKey({ text: word });
    return !seen.has(key) && seen.add(key);
  });
  return once.join(' ');
}

/** The longest row of words that both texts have, where it is long enough to be no chance. */
export function echoOf(text: string, prompt: string): string | undefined {
  const heard = keysOf(text);
  const expected = ` ${keysOf(prompt).join(' ')} `;
  for (let length = Math.min(heard.length, expected.length); length >= ECHO_WORDS; length -= 1) {
    for (let start = 0; start + length <= heard.length; start += 1) {
      const row = heard.slice(start, start + length).join(' ');
      if (expected.includes(` ${row} `)) return row;
    }
  }
  return undefined;
}

/** Whether a text has a row of words that echoOf found in another. */
export function hasRow(text: string, row: string): boolean {
  return ` ${keysOf(text).join(' ')} `.includes(` ${row} `);
}
