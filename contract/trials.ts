import { z } from 'zod';
import { deviceSchema } from './models.ts';

/** What came of trying a model on a device of this machine. */
export const trialSchema = z.object({
  device: deviceSchema,
  /**
   * works: as good as the processor, and not slower. slower: right, and slower than the processor. wrong: it writes
   * something else than the processor. refused: it could not be tried, or it did not get through.
   */
  verdict: z.enum(['works', 'slower', 'wrong', 'refused']),
  /** Why it is not used; present unless it works. */
  reason: z.string().optional(),
  loadMs: z.number().nonnegative().optional(),
  ttftMs: z.number().nonnegative().optional(),
  prefillTokensPerSecond: z.number().nonnegative().optional(),
  decodeTokensPerSecond: z.number().nonnegative().optional(),
  peakRssBytes: z.int().nonnegative().optional(),
});
export type Trial = z.infer<typeof trialSchema>;

export const trialsSchema = z.object({
  modelId: z.string(),
  /** ISO 8601. */
  triedAt: z.string(),
  trials: z.array(trialSchema),
});
export type Trials = z.infer<typeof trialsSchema>;
