import { SetupError } from '../lib/log.mjs';

/** What `npm run gate` ends with. A model that fails is no fault of the gate, and the other way round. */
export const STATUS = { passed: 0, failed: 1, refused: 2, noBaseline: 3 };

/** Why nothing could be judged: a code that does not change, a sentence for people, and what they can do. */
export class GateError extends SetupError {
  /**
   * @param {string} code such as "MODEL_UNKNOWN"
   * @param {string} sentence
   * @param {string} hint
   */
  constructor(code, sentence, hint) {
    super(`${sentence} ${hint} (${code})`);
    this.code = code;
    this.sentence = sentence;
    this.hint = hint;
  }

  /** @returns {number} the exit status */
  get status() {
    return this.code === 'BASELINE_MISSING' ? STATUS.noBaseline : STATUS.refused;
  }
}
