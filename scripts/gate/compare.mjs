/**
 * What was measured against the baseline. No process, no file, no clock: figures in, findings out.
 *
 * A measured model: `{ accuracy?: {figure: number, failures?: string[]}, ratios?: {figure: number} }`. Ratios are of speed: more is
 * better for each, also for memory, load time and the time to the first token, which are turned over.
 */

/** A ratio may be down by this much. */
export const ALLOWED_LOSS = 0.1;

/**
 * How far a figure of accuracy may be from the baseline, in the direction that is worse (for perplexity: in any). Another
 * processor sums in another order, which is far less; a low bit in sixteen that is turned is far more.
 */
const DRIFT = {
  klDivergence: { worse: 1, share: 0.1, absolute: 0.0005 },
  klDivergenceP99: { worse: 1, share: 0.15, absolute: 0.005 },
  perplexityRatio: { worse: 0, share: 0.01, absolute: 0 },
  top1Percent: { worse: -1, share: 0, absolute: 1 },
  sizeBytes: { worse: 1, share: 0.02, absolute: 0 },
};

const WORDS = {
  prefill: 'prefill speed',
  decode: 'decode speed',
  firstToken: 'speed to the first token',
  load: 'speed of loading',
  memory: 'thrift with memory',
};

const percent = (value) => `${(100 * value).toFixed(1)} %`;
const short = (value) => Number(value.toPrecision(4));

/** Finding of one figure of accuracy, or undefined. */
function driftOf(model, figure, value, expected) {
  const { worse, share, absolute } = DRIFT[figure];
  const room = Math.abs(expected) * share + absolute;
  const off = worse === 0 ? Math.abs(value - expected) : (value - expected) * worse;
  if (Number.isFinite(value) && off <= room) return undefined;
  const limit = worse === -1 ? `at least ${short(expected - room)}` : `at most ${short(expected + room)}`;
  const asked = worse === 0 ? `within ${short(room)} of it` : limit;
  return {
    kind: 'drift',
    model,
    figure,
    measured: value,
    expected,
    sentence: `${model}: ${figure} has drifted to ${short(value)}; the baseline is ${short(expected)}, and it must be ${asked}.`,
  };
}

/** Finding of one ratio, or undefined. */
function lossOf(model, figure, value, expected) {
  const loss = 1 - value / expected;
  if (loss <= ALLOWED_LOSS) return undefined;
  return {
    kind: 'slower',
    model,
    figure,
    measured: value,
    expected,
    sentence: `${model}: ${WORDS[figure]} is down by ${percent(loss)}, from ${short(expected)} to ${short(value)} times the yardstick's; ${percent(ALLOWED_LOSS)} is allowed.`,
  };
}

function missingOf(model, what) {
  return {
    kind: 'missing',
    model,
    figure: what,
    sentence: `${model}: the baseline has no ${what} of it. Record one: npm run gate -- --record`,
  };
}

/**
 * @param {Record<string, {accuracy?: Record<string, number> & {failures?: string[]}, ratios?: Record<string, number>}>} measured by model
 * @param {{accuracy: Record<string, Record<string, number>>, speed: Record<string, {ratios: Record<string, Record<string, number>>}>}} baseline
 * @param {string} machineClass key of `baseline.speed`
 * @returns {Array<{kind: 'limit'|'drift'|'slower'|'missing', model: string, figure: string, sentence: string}>} none: passed
 */
export function compare(measured, baseline, machineClass) {
  return Object.entries(measured).flatMap(([model, { accuracy, ratios }]) => [
    ...(accuracy === undefined ? [] : accuracyFindings(model, accuracy, baseline.accuracy[model])),
    ...(ratios === undefined
      ? []
      : speedFindings(model, ratios, baseline.speed[machineClass]?.ratios[model])),
  ]);
}

function accuracyFindings(model, accuracy, expected) {
  const missed = (accuracy.failures ?? []).map((failure) => ({
    kind: 'limit',
    model,
    figure: failure.split(' ')[0],
    sentence: `${model}: ${failure} (limits.json).`,
  }));
  if (expected === undefined) return [...missed, missingOf(model, 'accuracy')];
  const drifted = Object.keys(DRIFT)
    .filter((figure) => figure in expected)
    .map((figure) => driftOf(model, figure, accuracy[figure], expected[figure]))
    .filter((finding) => finding !== undefined);
  return [...missed, ...drifted];
}

/** @returns findings of the ratios that are too far down, or are no numbers. What was too short to be judged is not there. */
export function speedFindings(model, ratios, expected) {
  if (expected === undefined) return [missingOf(model, 'speed')];
  return Object.keys(expected)
    .filter((figure) => figure in ratios)
    .map((figure) =>
      Number.isFinite(ratios[figure])
        ? lossOf(model, figure, ratios[figure], expected[figure])
        : {
            kind: 'missing',
            model,
            figure,
            sentence: `${model}: ${WORDS[figure]} was not measured.`,
          },
    )
    .filter((finding) => finding !== undefined);
}

/** The figures of accuracy that a baseline keeps. */
export function keptAccuracy(accuracy) {
  return Object.fromEntries(Object.keys(DRIFT).map((figure) => [figure, accuracy[figure]]));
}
