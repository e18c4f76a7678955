import { z } from 'zod';

/** What `sotto doctor` and the about box show. Sizes in bytes. */
export const systemInfoSchema = z.object({
  version: z.string(),
  platform: z.string(),
  arch: z.string(),
  cpu: z.string(),
  physicalCores: z.int().positive(),
  logicalCores: z.int().positive(),
  memoryBytes: z.int().positive(),
  freeMemoryBytes: z.int().nonnegative(),
  node: z.string(),
  electron: z.string().optional(),
  runtime: z.object({
    name: z.string(),
    version: z.string(),
    platform: z.string(),
    sha256: z.string().optional(),
    ok: z.boolean(),
    problem: z.string().optional(),
  }),
  /** Devices that a model can be run on here, each with the reason when it cannot. */
  devices: z.array(
    z.object({
      device: z.enum(['cpu', 'gpu', 'npu']),
      usable: z.boolean(),
      reason: z.string(),
    }),
  ),
});
export type SystemInfo = z.infer<typeof systemInfoSchema>;
