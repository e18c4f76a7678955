/** Types of room.mjs, for the tests. */
export function requireRoom(
  parts: Array<'convert' | 'full' | 'measure'>,
  has?: { memory: number; disk: number },
): Promise<void>;
