import { expect, test } from 'vitest';
import { runChild } from './fixtures/run-child.ts';

interface Growth {
  /** Resident memory in MB after each tenth of the rounds. */
  residentMb: number[];
  perRoundKb: number;
}

async function measure(what: string, rounds: number): Promise<Growth> {
  const result = await runChild('memory.ts', [what, String(rounds)]);
  expect(result).toMatchObject({ status: 0, signal: null });
  const growth = JSON.parse(result.stdout) as Growth;
  console.log(`${what}: ${growth.perRoundKb.toFixed(0)} KB a round; MB: ${growth.residentMb.join(' ')}`);
  return growth;
}

const isFull = process.env.SOTTO_FAULTS === 'full';
const CONVERSATIONS = isFull ? 500 : 60;
const LOADS = isFull ? 50 : 12;

test(`${CONVERSATIONS} conversations leave memory flat`, async () => {
  const growth = await measure('conversations', CONVERSATIONS);
  expect(growth.perRoundKb).toBeLessThan(100);
}, 120_000);

test(`${LOADS} engine loads leave memory flat`, async () => {
  const growth = await measure('engines', LOADS);
  expect(growth.perRoundKb).toBeLessThan(2_048);
}, 180_000);
