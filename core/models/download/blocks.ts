/** What a bad byte or a kill costs at most. */
export const BLOCK_BYTES = 64 * 1024 * 1024;

/** How far one stretch of the file has come. */
export interface Block {
  index: number;
  /** First byte, and one past the last, from the start of the file. */
  begin: number;
  end: number;
  /** Bytes of it on the disk. */
  written: number;
}

/** The blocks of a file, with what earlier runs have written of each. */
export function blocksOf(
  sizeBytes: number,
  written: readonly number[] = [],
  blockBytes: number = BLOCK_BYTES,
): Block[] {
  const count = Math.ceil(sizeBytes / blockBytes);
  return Array.from({ length: count }, (_, index) => {
    const begin = index * blockBytes;
    const end = Math.min(sizeBytes, begin + blockBytes);
    return { index, begin, end, written: Math.min(end - begin, Math.max(0, written[index] ?? 0)) };
  });
}

export function isWhole(block: Block): boolean {
  return block.begin + block.written === block.end;
}

/** Bytes from the start of the file without a gap. */
export function frontierOf(blocks: readonly Block[]): number {
  const open = blocks.find((block) => !isWhole(block));
  return open === undefined ? (blocks.at(-1)?.end ?? 0) : open.begin + open.written;
}

export function writtenBytes(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.written, 0);
}
