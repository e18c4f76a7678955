import { constants } from 'node:fs';
import { openRegular } from '../../system/regular-file.ts';
import { RECORD_HEADER_BYTES } from './journal-format.ts';
import { JournalReader } from './journal-reader.ts';

/**
 * Overwrites every key in a journal, on the disk: what may be left of the deleted file elsewhere opens no more. (An SSD may
 * keep old blocks, as it may of anything; they lie beside sound that nothing names any more.)
 */
export async function destroyKeys(path: string): Promise<void> {
  const places: Array<{ at: number; byteLength: number }> = [];
  const reader = await JournalReader.open(path);
  try {
    for (;;) {
      const at = reader.goodBytes + RECORD_HEADER_BYTES;
      const record = await reader.next();
      if (record === undefined) break;
      if (record.frame.kind === 'key') {
        places.push({ at, byteLength: record.bytes.length - RECORD_HEADER_BYTES });
      }
    }
  } finally {
    await reader.close();
  }
  const file = await openRegular(path, { isOurs: true, flags: constants.O_RDWR });
  try {
    for (const { at, byteLength } of places) await file.write(Buffer.alloc(byteLength), 0, byteLength, at);
    await file.datasync();
  } finally {
    await file.close();
  }
}
