import type { ProcessHandle } from './process/process-handle.ts';

/*
 * Messages as JSON, with bytes and samples in base 64: for the terminal's line, which is text, and for a core that is
 * forked by Electron 22 (the compatibility runtime). That one dies of what its Node sends with "advanced"
 * serialization: its memory cage and Node's serializer do not agree on who frees the buffer. Any message may do it,
 * a little later.
 */

const KINDS = { Float32Array, Int8Array, Uint8Array };
type Kind = keyof typeof KINDS;

interface Binary {
  $binary: Kind;
  base64: string;
}

/** A message as one string, whatever bytes are in it. */
export function toSafeMessage(message: unknown): { json: string } {
  const json = JSON.stringify(message, function replace(this: Record<string, unknown>, key: string, value) {
    // The value before a Buffer turned itself into something else.
    return toBinary(this[key]) ?? withMarkedNames(value);
  });
  return { json };
}

/** The message that was meant. @throws SyntaxError, RangeError for what is none. */
export function fromSafeMessage(message: unknown): unknown {
  const { json } = message as { json: string };
  return JSON.parse(json, (_key, value: unknown) =>
    isBinary(value) ? fromBinary(value) : withPlainNames(value),
  );
}

/** A forked process to which messages are sent, and from which they come, in that form. */
export function withSafeMessages(child: ProcessHandle): ProcessHandle {
  return {
    ...child,
    post: (message) => child.post(toSafeMessage(message)),
    onMessage: (listener) => child.onMessage((message) => hear(message, listener)),
  };
}

/** Hands on what was meant; what is no message is passed over, and ends nobody. */
export function hear(message: unknown, listener: (message: unknown) => void): void {
  let meant: unknown;
  try {
    meant = fromSafeMessage(message);
  } catch {
    return;
  }
  listener(meant);
}

/*
 * A name that begins with "$" is said with one more: an object that looks like a binary stays the object that it is.
 */
function withMarkedNames(value: unknown): unknown {
  return renamed(value, (name) => (name.startsWith('$') ? `$${name}` : name));
}

function withPlainNames(value: unknown): unknown {
  return renamed(value, (name) => (name.startsWith('$$') ? name.slice(1) : name));
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value);
  if (names.every((name) => rename(name) === name)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [rename(name), one]));
}

function toBinary(value: unknown): Binary | undefined {
  // A Buffer is a Uint8Array as well.
  const $binary = (Object.keys(KINDS) as Kind[]).find((kind) => value instanceof KINDS[kind]);
  if ($binary === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = value as Uint8Array;
  return { $binary, base64: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

function isBinary(value: unknown): value is Binary {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$binary');
}

function fromBinary({ $binary, base64 }: Binary): InstanceType<(typeof KINDS)[Kind]> {
  if (!Object.hasOwn(KINDS, $binary)) throw new RangeError('no such kind of bytes');
  // A copy: a Buffer may begin anywhere in its memory, samples only at every fourth byte.
  const { buffer } = new Uint8Array(Buffer.from(base64, 'base64'));
  return new KINDS[$binary](buffer);
}
