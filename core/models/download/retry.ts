import { setTimeout as delay } from 'node:timers/promises';
import type { HttpResponse } from './http-client.ts';

/** How often a short request is sent before it is given up. */
const TRIES = 4;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A server that asks for more patience than this is as good as gone. */
const LONGEST_ASKED_MS = 300_000;
/** Somebody looks at the screen and waits for the answer. */
const LONGEST_SHORT_MS = 15_000;

/** How long to wait before the n-th try (from 1), with some chance in it so that many do not come at once. */
export function backOffMs(failures: number, firstMs: number = FIRST_WAIT_MS): number {
  const full = Math.min(LONGEST_WAIT_MS, firstMs * 2 ** (failures - 1));
  return full * (0.75 + Math.random() / 4);
}

/** Whether a server that answers so may answer otherwise in a moment. */
export function isBusy({ status }: HttpResponse): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/**
 * How long a server wants to be left alone, in milliseconds: Retry-After in seconds or as a date, or when its rate
 * limit begins anew. Undefined where it does not say.
 */
export function askedWaitMs(response: HttpResponse, now: number = Date.now()): number | undefined {
  const ms = retryAfterMs(response.header('retry-after'), now) ?? rateLimitMs(response, now);
  return ms === undefined ? undefined : Math.min(LONGEST_ASKED_MS, Math.max(0, ms));
}

function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? ms : undefined;
}

/** `RateLimit: "api";r=0;t=30`, and the older headers with seconds or a time since 1970. */
function rateLimitMs(response: HttpResponse, now: number): number | undefined {
  const seconds = /(?:^|[;,\s])(?:t|reset)=(\d+)/.exec(response.header('ratelimit') ?? '')?.[1];
  const text = seconds ?? response.header('ratelimit-reset') ?? response.header('x-ratelimit-reset');
  if (text === undefined || !/^\d+$/.test(text.trim())) return undefined;
  const value = Number(text) * 1000;
  return value > 1e11 ? value - now : value;
}

/**
 * Sends a short request again while the server is busy, and waits as long as it asks for; one that asks for more
 * patience than a person has is believed at once.
 *
 * @returns the last answer, whatever it says. @throws the signal's reason when it is aborted meanwhile.
 */
export async function patiently(
  send: () => Promise<HttpResponse>,
  signal: AbortSignal,
  firstWaitMs?: number,
): Promise<HttpResponse> {
  for (let failures = 1; ; failures += 1) {
    const response = await send();
    if (!isBusy(response) || failures === TRIES) return response;
    const waitMs = askedWaitMs(response) ?? backOffMs(failures, firstWaitMs);
    if (waitMs > LONGEST_SHORT_MS) return response;
    response.discard();
    await wait(waitMs, signal);
  }
}

/** @throws the signal's reason when it is aborted meanwhile. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}
