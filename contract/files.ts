import { z } from 'zod';
import { uint8ArraySchema } from './binary.ts';

/** A small file on its way to the user's disk. */
export const fileSchema = z.object({
  /** A suggestion, without a folder. */
  name: z.string().min(1).max(200),
  bytes: uint8ArraySchema,
});
