import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../../../core/models/download/http-client.ts';
import { askedWaitMs, patiently } from '../../../../core/models/download/retry.ts';

const NOW = Date.UTC(2026, 10, 29, 12);

function answer(status: number, headers: Record<string, string> = {}): HttpResponse {
  return {
    status,
    header: (name) => headers[name],
    body: { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) },
    discard: () => undefined,
    url: new URL('https://hub.example/'),
  };
}

/** Sends the answers one after the other, and counts. */
async function sending(...answers: HttpResponse[]) {
  let sent = 0;
  const signal = new AbortController().signal;
  const last = await patiently(
    async () => answers[Math.min(sent++, answers.length - 1)] as HttpResponse,
    signal,
    0,
  );
  return { status: last.status, sent };
}

describe('a busy server', () => {
  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'Sun, 29 Nov 2026 12:00:09 GMT' }, 9_000],
    [{ 'retry-after': 'Sun, 29 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '99999' }, 300_000],
    [{ ratelimit: '"api";r=0;t=30' }, 30_000],
    [{ ratelimit: 'limit=100, remaining=0, reset=12' }, 12_000],
    [{ 'ratelimit-reset': '5' }, 5_000],
    [{ 'x-ratelimit-reset': String(NOW / 1000 + 4) }, 4_000],
    [{ 'retry-after': '1', 'ratelimit-reset': '50' }, 1_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('is waited for as it asks: %j', (headers, wanted) => {
    expect(askedWaitMs(answer(429, headers), NOW)).toBe(wanted);
  });

  it('is asked again a few times, and no more', async () => {
    expect(await sending(answer(503), answer(429, { 'retry-after': '0' }), answer(200))).toEqual({
      status: 200,
      sent: 3,
    });
    expect(await sending(answer(500))).toEqual({ status: 500, sent: 4 });
  });

  it('that asks for long patience, or refuses, is believed at once', async () => {
    expect(await sending(answer(429, { 'retry-after': '120' }))).toEqual({ status: 429, sent: 1 });
    for (const status of [200, 401, 403, 404, 501])
      expect(await sending(answer(status))).toEqual({ status, sent: 1 });
  });
});
