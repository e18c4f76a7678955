/** Nothing that a page has a reason to send is nested as deeply. */
const MOST_DEPTH = 32;
/** A transcript of a working day with the times of all its words has a tenth of it. */
const MOST_VALUES = 5_000_000;
/** Letters and bytes of one message, together. */
const MOST_SIZE = 512 * 1024 * 1024;

/**
 * Whether a value that came over a border can be looked at, and handed on as JSON or as it is, without harm: plain data, a
 * tree of bounded depth and size. What is not would end whoever serializes it (BigInt, circles, depth) or take all memory.
 */
export function isPlainMessage(message: unknown): boolean {
  let values = 0;
  let size = 0;
  const waiting: Array<{ value: unknown; depth: number }> = [{ value: message, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    values += 1;
    if (values > MOST_VALUES || depth > MOST_DEPTH) return false;
    if (typeof value === 'string') size += value.length;
    else if (typeof value === 'object' && value !== null) {
      if (isBinary(value)) size += value.byteLength;
      else if (isPlainObject(value)) {
        const keys = Object.keys(value);
        // As JSON the holes of an array are values too.
        const count = Array.isArray(value) ? Math.max(value.length, keys.length) : keys.length;
        if (count + values + waiting.length > MOST_VALUES) return false;
        for (const key of keys) {
          size += key.length;
          waiting.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
        }
      } else return false;
    } else if (!PLAIN_TYPES.has(typeof value)) return false;
    if (size > MOST_SIZE) return false;
  }
  return true;
}

/** null is an object. */
const PLAIN_TYPES = new Set(['boolean', 'number', 'undefined', 'object']);

function isBinary(value: object): value is ArrayBufferView {
  return value instanceof Uint8Array || value instanceof Int8Array || value instanceof Float32Array;
}

/** Arrays count, and so do objects of another realm, whose prototype is not this realm's Object. */
function isPlainObject(value: object): boolean {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object Object]' || tag === '[object Array]';
}
