import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const PIECE_BYTES = 8 * 1024 * 1024;

/** A secret as it may lie in memory: in the forms that programs keep text in. */
export function formsOf(text: string): Buffer[] {
  return [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
}

/**
 * Looks through everything that a process can write to, by /proc (Linux).
 *
 * @returns how often each secret was found, by name; 0 for one that is in none of its forms there
 */
export function countInMemory(
  pid: number,
  secrets: Readonly<Record<string, readonly Buffer[]>>,
): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(Object.keys(secrets).map((name) => [name, 0]));
  const longest = Math.max(...Object.values(secrets).flatMap((forms) => forms.map(({ length }) => length)));
  const piece = Buffer.alloc(PIECE_BYTES);
  const memory = openMemory(pid);
  // A process that has ended holds nothing.
  if (memory === undefined) return counts;
  try {
    for (const { begin, end } of regionsOf(pid)) {
      for (let at = begin; at < end; at += PIECE_BYTES - longest) {
        const length = readAt(memory, piece, at, Math.min(PIECE_BYTES, end - at));
        const found = piece.subarray(0, length);
        for (const [name, forms] of Object.entries(secrets))
          for (const form of forms) counts[name] = (counts[name] ?? 0) + occurrences(found, form);
        if (at + PIECE_BYTES >= end) break;
      }
    }
  } finally {
    closeSync(memory);
  }
  piece.fill(0);
  return counts;
}

function regionsOf(pid: number): Array<{ begin: number; end: number }> {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, begin, end, rights, path = ''] =
        /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
      if (begin === undefined || end === undefined || rights?.startsWith('rw') !== true) return [];
      // Of the kernel's own.
      if (path.startsWith('[v')) return [];
      return [{ begin: Number.parseInt(begin, 16), end: Number.parseInt(end, 16) }];
    });
}

/** A page that went meanwhile holds nothing any more. */
function readAt(memory: number, piece: Buffer, at: number, length: number): number {
  try {
    return readSync(memory, piece, 0, length, at);
  } catch {
    return 0;
  }
}

function occurrences(bytes: Buffer, form: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + 1)) count += 1;
  return count;
}

function openMemory(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/mem`, 'r');
  } catch {
    return undefined;
  }
}
