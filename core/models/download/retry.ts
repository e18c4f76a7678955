import { setTimeout as delay } from 'node:timers/promises';
import type { HttpResponse } from './http-client.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A server that asks for more patience than this is as good as gone. */
const LONGEST_ASKED_MS = 300_000;

/** How long to wait before the n-th try (from 1), with some chance in it so that many do not come at once. */
export function backOffMs(failures: number, firstMs: number = FIRST_WAIT_MS): number {
  const full = Math.min(LONGEST_WAIT_MS, firstMs * 2 ** (failures - 1));
  return full * (0.75 + Math.random() / 4);
}

/** What the answer's Retry-After asks for, in milliseconds: seconds or a date. Undefined without one. */
export function askedWaitMs(response: HttpResponse, now: number = Date.now()): number | undefined {
  const text = response.header('retry-after');
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(LONGEST_ASKED_MS, Math.max(0, ms)) : undefined;
}

/** @throws the signal's reason when it is aborted meanwhile. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}
