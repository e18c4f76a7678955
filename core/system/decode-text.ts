/** How many bytes are looked at where nothing says how a text is written. */
const LOOKED_AT = 64;

/**
 * A text file's bytes as text. A byte-order mark says how it is written and is no part of the text; without one, UTF-16
 * is told by its zeros. All else is read as UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, LOOKED_AT);
  const zeros = (parity: number) => head.filter((byte, at) => byte === 0 && at % 2 === parity).length;
  // JSON begins with ASCII, whose upper byte is zero.
  if (first === 0 && second !== 0 && zeros(0) > head.length / 4) return 'utf-16be';
  if (second === 0 && first !== 0 && zeros(1) > head.length / 4) return 'utf-16le';
  return 'utf-8';
}
