import { median } from '../bench/statistics.mjs';

/** The runtime's own figure where there is one: the time to the first token has more in it. */
const prefillOf = (figures) => figures.ownPrefillTokensPerSecond ?? figures.prefillTokensPerSecond;
const decodeOf = (figures) => figures.decodeTokensPerSecond;
const firstTokenOf = (figures) => figures.ttftMs;

/** The mean of the yardstick's figure before and after. */
const beside = ({ before, after }, take) => (take(before) + take(after)) / 2;

/**
 * How much the yardstick's own speed changes from one answer to the next, as a share: the middle of all changes of its decode speed.
 * What is above the loss that is looked for cannot be told from it.
 *
 * @param {Array<{before: object, after: object}>} samples of askInTurn
 * @returns {number} 0 on a quiet machine
 */
export function unrest(samples) {
  const change = (sample) =>
    Math.abs(decodeOf(sample.before) - decodeOf(sample.after)) / beside(sample, decodeOf);
  return median(samples.map(change));
}

/** Ratios of one answer, more is better. */
const OF_ANSWER = {
  prefill: (sample) => prefillOf(sample.figures) / beside(sample, prefillOf),
  decode: (sample) => decodeOf(sample.figures) / beside(sample, decodeOf),
  firstToken: (sample) => beside(sample, firstTokenOf) / firstTokenOf(sample.figures),
};

/** What the yardstick does sooner is not judged: the noise of a machine that does nothing else is as long (seen: 22 to 44 %). */
const LEAST_MS = 50;

/**
 * Ratios and plain figures of one model.
 *
 * @param {Array<{figures: object, before: object, after: object}>} samples of askInTurn, of this model
 * @param {{own: number[], yardstick: number[]}} loads milliseconds
 * @returns {{ratios: Record<string, number>, figures: Record<string, number>}} ratios: decode and memory; prefill,
 *   firstToken and load where the yardstick takes long enough for them
 */
export function summarise(samples, loads) {
  const of = (take) => median(samples.map(take));
  const peak = Math.max(...samples.map(({ figures }) => figures.peakRssBytes));
  const reads = of((sample) => beside(sample, firstTokenOf)) >= LEAST_MS;
  const judged = reads ? ['prefill', 'decode', 'firstToken'] : ['decode'];
  // The quickest load is the one that nothing disturbed; there are too few for a middle.
  const [ownLoad, yardstickLoad] = [Math.min(...loads.own), Math.min(...loads.yardstick)];
  const yardstickPeak = Math.max(...samples.map(({ after }) => after.peakRssBytes));
  return {
    ratios: {
      ...Object.fromEntries(judged.map((name) => [name, of(OF_ANSWER[name])])),
      ...(yardstickLoad < LEAST_MS ? {} : { load: yardstickLoad / ownLoad }),
      memory: yardstickPeak / peak,
    },
    figures: {
      prefillTokensPerSecond: of(({ figures }) => prefillOf(figures)),
      decodeTokensPerSecond: of(({ figures }) => decodeOf(figures)),
      firstTokenMs: of(({ figures }) => firstTokenOf(figures)),
      loadMs: ownLoad,
      peakBytes: peak,
    },
  };
}
