import type { z } from 'zod';
import { AppError } from './errors.ts';

/** The allowed ranges in words, for the message of PARAM_RANGE. The schema is what decides. */
const RANGES: Record<string, string> = {
  temperature: 'from 0 to 5',
  topK: 'a whole number from 1 to 1000',
  topP: 'above 0 and at most 1',
  repetitionPenalty: 'from 1 to 2',
  contextTokens: 'a whole number from 1024 to 1048576',
  idleMinutes: 'from 0.1 to 10000',
  speedLimit: 'at least 1 kB a second',
  seed: 'a whole number from 0 to 2147483647',
  maxTokens: 'a whole number from 1 to 131072',
  threads: 'a whole number from 1 to 256',
  backend: 'one of auto, cpu, gpu, npu',
  lockMinutes: 'a whole number from 0 to 240',
  name: 'from 1 to 80 characters long',
  devices: 'some of cpu, gpu, npu',
  promptTokens: 'whole numbers from 16 to 100000, at most 8 of them',
  answerTokens: 'a whole number from 8 to 4096',
  rounds: 'a whole number from 1 to 100',
  starters: 'at most 8 lines',
};

/** Checks settings from anywhere. @throws AppError PARAM_RANGE that names the parameter and its range. */
export function checkParameters<T>(schema: z.ZodType<T>, settings: unknown): T {
  const parsed = schema.safeParse(settings ?? {});
  if (parsed.success) return parsed.data;
  // The innermost name: that of a list's entry is the list's.
  const path = parsed.error.issues[0]?.path.filter((part) => typeof part === 'string');
  const name = String(path?.at(-1) ?? 'settings');
  const range = RANGES[name];
  throw new AppError('PARAM_RANGE', `The value of ${name} is not allowed.`, {
    hint: range === undefined ? 'Check the settings.' : `It must be ${range}.`,
  });
}

/** A text that is longer or shorter than it may be, in words; undefined where something else is wrong too. */
export function limitOf({ issues }: z.ZodError): AppError | undefined {
  const [issue, ...others] = issues;
  if (issue === undefined || others.length > 0) return undefined;
  const name = String(issue.path.filter((part) => typeof part === 'string').at(-1) ?? 'text');
  const isLong = issue.code === 'too_big' && issue.origin === 'string';
  if (!isLong && !(issue.code === 'too_small' && issue.origin === 'string')) return undefined;
  const limit = issue.code === 'too_big' ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
  return new AppError('PARAM_RANGE', `The value of ${name} is too ${isLong ? 'long' : 'short'}.`, {
    hint: `It must have ${limit} characters.`,
  });
}
