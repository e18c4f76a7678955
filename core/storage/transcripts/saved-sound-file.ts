import { z } from 'zod';

/** Where the file lies that a transcript was made from, and how it is known again. */
export const savedSoundFileSchema = z.object({
  path: z.string(),
  sizeBytes: z.int().nonnegative(),
  /** In hex. */
  sha256: z.string(),
  /** Size, times and inode: as long as they are the same, nobody has touched it. */
  identity: z.string(),
});
export type SavedSoundFile = z.infer<typeof savedSoundFileSchema>;
