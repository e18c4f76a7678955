/** The few facts of a model's own metadata section (a protobuf) that core needs. */
export interface LlmMetadata {
  /** Context that the file was made for, in tokens; undefined where the file does not say. */
  maxTokens?: number;
  minRuntimeVersion?: string;
  hasTemplate: boolean;
}

const FIELD_MAX_TOKENS = 5;
const FIELD_TEMPLATE = 7;
const FIELD_MIN_RUNTIME = 14;
const MAX_FIELDS = 100_000;

/**
 * Reads the top-level fields of LlmMetadata and skips everything else.
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 *
 * @throws RangeError where a length leads outside the section.
 */
export function readLlmMetadata(bytes: Uint8Array): LlmMetadata {
  const result: LlmMetadata = { hasTemplate: false };
  let at = 0;
  for (let fields = 0; at < bytes.length; fields += 1) {
    if (fields > MAX_FIELDS) throw new RangeError('too many fields');
    const [tag, afterTag] = varint(bytes, at);
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) {
      const [value, next] = varint(bytes, afterTag);
      if (field === FIELD_MAX_TOKENS && value > 0) result.maxTokens = value;
      at = next;
    } else if (wire === 2) {
      const [length, start] = varint(bytes, afterTag);
      if (field === FIELD_TEMPLATE && length > 0) result.hasTemplate = true;
      if (field === FIELD_MIN_RUNTIME) {
        result.minRuntimeVersion = new TextDecoder().decode(bytes.subarray(start, start + length));
      }
      at = start + length;
    } else if (wire === 5) at = afterTag + 4;
    else if (wire === 1) at = afterTag + 8;
    else throw new RangeError(`wire type ${wire}`);
  }
  if (at > bytes.length) throw new RangeError('field beyond the section');
  return result;
}

export function varint(bytes: Uint8Array, start: number): [value: number, next: number] {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i += 1) {
    const byte = bytes[start + i];
    if (byte === undefined) throw new RangeError('number beyond the section');
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, start + i + 1];
    scale *= 128;
  }
  throw new RangeError('number too long');
}
