import { z } from 'zod';

/** A small file on its way to the user's disk. */
export const fileSchema = z.object({
  /** A suggestion, without a folder. */
  name: z.string().min(1).max(200),
  bytes: z.custom<Uint8Array>(
    // By name: an array that came from another realm is one as well.
    (value) => Object.prototype.toString.call(value) === '[object Uint8Array]',
  ),
});
