/** The same samples in pieces of one length; only the last may be shorter. */
export async function* inPieces(
  chunks: AsyncIterable<Float32Array>,
  length: number,
): AsyncGenerator<Float32Array, void, void> {
  let piece = new Float32Array(length);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + length - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < length) continue;
      yield piece;
      // A new one each time: whoever took the last may keep it.
      piece = new Float32Array(length);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.slice(0, filled);
}
