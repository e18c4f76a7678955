import { expect, test } from 'vitest';
import { ALLOWED_LOSS, type Baseline, compare } from '../../../scripts/gate/compare.mjs';
import { measureFairly, measureForRecord } from '../../../scripts/gate/judge.mjs';
import { summarise, unrest } from '../../../scripts/gate/ratios.mjs';
import { findingsOf } from '../../../scripts/gate/runtime/findings.mjs';

const ACCURACY = {
  klDivergence: 0.02,
  klDivergenceP99: 0.25,
  perplexityRatio: 0.98,
  top1Percent: 80,
  sizeBytes: 1000,
};
const RATIOS = { prefill: 2, decode: 1.5, firstToken: 3, load: 4, memory: 1.2 };
const HERE = 'linux-x64-amx-2t';
const baseline: Baseline = {
  accuracy: { small: ACCURACY },
  speed: { [HERE]: { ratios: { small: RATIOS } } },
};

/** As fast as the yardstick. */
const ALIKE = { prefill: 1, decode: 1, firstToken: 1, load: 1, memory: 1 };
function sampleOf(ttftMs: number) {
  const figures = { prefillTokensPerSecond: 9, decodeTokensPerSecond: 9, ttftMs, peakRssBytes: 9 };
  return { figures, before: figures, after: figures };
}

const findings = (accuracy: object, ratios: object = {}) =>
  compare(
    { small: { accuracy: { ...ACCURACY, ...accuracy }, ratios: { ...RATIOS, ...ratios } } },
    baseline,
    HERE,
  );

test('what is as it was passes, and so does what is better or a little worse', () => {
  expect(findings({})).toEqual([]);
  expect(findings({ klDivergence: 0, top1Percent: 99, sizeBytes: 1 }, { decode: 9, load: 99 })).toEqual([]);
  expect(findings({ klDivergence: 0.0222, top1Percent: 79.5 }, { decode: 1.36, memory: 1.09 })).toEqual([]);
});

test.each([
  [{ klDivergence: 0.024 }, 'klDivergence'],
  [{ klDivergenceP99: 0.31 }, 'klDivergenceP99'],
  // A lower perplexity than FP32's is no better model.
  [{ perplexityRatio: 0.95 }, 'perplexityRatio'],
  [{ perplexityRatio: 1.01 }, 'perplexityRatio'],
  [{ top1Percent: 78.9 }, 'top1Percent'],
  [{ sizeBytes: 1030 }, 'sizeBytes'],
  [{ klDivergence: Number.NaN }, 'klDivergence'],
])('a drift is told with its figure: %o', (change, figure) => {
  expect(findings(change)).toMatchObject([{ kind: 'drift', model: 'small', figure }]);
});

test('a drift says how far it went, and how far it may go', () => {
  expect(findings({ klDivergence: 0.024 })[0]?.sentence).toBe(
    'small: klDivergence has drifted to 0.024; the baseline is 0.02, and it must be at most 0.0225.',
  );
});

test.each(Object.keys(RATIOS))('a ratio of %s that is down by more than a tenth is told', (figure) => {
  const expected = RATIOS[figure as keyof typeof RATIOS];
  expect(findings({}, { [figure]: expected * (1 - ALLOWED_LOSS + 0.001) })).toEqual([]);
  expect(findings({}, { [figure]: expected * (1 - ALLOWED_LOSS - 0.001) })).toMatchObject([
    { kind: 'slower', model: 'small', figure },
  ]);
});

test('a slow-down says by how much', () => {
  expect(findings({}, { decode: 0.9 })[0]?.sentence).toBe(
    "small: decode speed is down by 40.0 %, from 1.5 to 0.9 times the yardstick's; 10.0 % is allowed.",
  );
});

test('a limit that is missed fails whatever the baseline says', () => {
  expect(findings({ failures: ['klDivergence is 0.02, at most 0.01'] })).toMatchObject([
    { kind: 'limit', sentence: 'small: klDivergence is 0.02, at most 0.01 (limits.json).' },
  ]);
});

test('what was too short to be judged is not judged, by a baseline and beside another runtime', () => {
  const quick = [1, 2, 3].map(() => sampleOf(3));
  const { ratios } = summarise(quick, { own: [300], yardstick: [10] });
  expect(Object.keys(ratios).sort()).toEqual(['decode', 'memory']);
  expect(
    compare({ small: { ratios } }, { accuracy: {}, speed: { [HERE]: { ratios: { small: ALIKE } } } }, HERE),
  ).toEqual([]);
  const models = { small: { accuracy: { pinned: ACCURACY, candidate: ACCURACY }, speed: { ratios } } };
  expect(findingsOf({ symbols: { missing: [] }, opens: {}, models })).toEqual([]);
  const slow = summarise([sampleOf(300)], { own: [300], yardstick: [200] });
  expect(Object.keys(slow.ratios).sort()).toEqual(['decode', 'firstToken', 'load', 'memory', 'prefill']);
});

test('what was not measured, or has no baseline, does not pass', () => {
  expect(findings({}, { decode: Number.NaN })).toMatchObject([{ kind: 'missing', figure: 'decode' }]);
  expect(compare({ other: { accuracy: ACCURACY, ratios: RATIOS } }, baseline, HERE)).toMatchObject([
    { kind: 'missing', figure: 'accuracy' },
    { kind: 'missing', figure: 'speed' },
  ]);
  expect(compare({ small: { ratios: RATIOS } }, baseline, 'another')).toMatchObject([{ kind: 'missing' }]);
});

test('a busy machine is told by what the yardstick itself does', () => {
  const speed = (decodeTokensPerSecond: number) => ({ decodeTokensPerSecond });
  const quiet = { before: speed(100), after: speed(102) };
  const busy = { before: speed(40), after: speed(80) };
  expect(unrest([quiet, quiet, busy])).toBeLessThan(ALLOWED_LOSS);
  expect(unrest([quiet, busy, busy])).toBeGreaterThan(ALLOWED_LOSS);
});

/** Gives the decode ratios one after the other; the last one stays. */
function measuring(...values: number[]) {
  let at = 0;
  return async (names: string[]) => {
    const decode = values[Math.min(at, values.length - 1)] ?? 0;
    at += 1;
    return new Map(names.map((name) => [name, { ratios: { decode }, figures: {} }]));
  };
}

test('what looks slower is measured again, three times at most, and the best counts', async () => {
  const expected = { small: { decode: 1 } };
  const judged = async (...values: number[]) =>
    (await measureFairly(measuring(...values), ['small'], expected)).get('small');
  expect(await judged(0.95)).toMatchObject({ ratios: { decode: 0.95 }, attempts: 1 });
  expect(await judged(0.7, 0.97)).toMatchObject({ ratios: { decode: 0.97 }, attempts: 2 });
  expect(await judged(0.7, 0.8, 0.6, 1)).toMatchObject({ ratios: { decode: 0.8 }, attempts: 3 });
});

test('a baseline is the middle of five; one that is off is no spread, two are', async () => {
  const recorded = async (...values: number[]) => {
    const { ratios, spread } = await measureForRecord(measuring(...values), ['small']);
    return [ratios.small?.decode, spread.small?.decode];
  };
  expect(await recorded(1, 0.5, 1.01, 0.98, 1)).toEqual([1, 0.02]);
  expect(await recorded(1, 0.8, 0.7, 1, 1.1)).toEqual([1, 0.2]);
});
