import { log } from '../lib/log.mjs';
import { GateError, STATUS } from './problems.mjs';

/**
 * Runs a script of the gate: its Markdown goes to standard output, or with --json to standard error and one value to standard
 * output; what cannot be judged is one sentence with a code. Ends the process with the status.
 *
 * @param {(args: string[], signal: AbortSignal) => Promise<{status: number, result: object, text: string}>} work
 */
export async function finish(work) {
  const stop = new AbortController();
  const interrupted = new GateError('INTERRUPTED', 'The gate was stopped.', 'Nothing was left behind.');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort(interrupted));
  const args = process.argv.slice(2);
  const wantsJson = args.includes('--json');
  try {
    const { status, result, text } = await work(args, stop.signal);
    if (wantsJson) {
      log(text);
      process.stdout.write(`${JSON.stringify({ passed: status === STATUS.passed, ...result })}\n`);
    } else {
      process.stdout.write(`${text}\n`);
    }
    process.exitCode = status;
  } catch (error) {
    const plain = error instanceof GateError || error?.constructor?.name === 'SetupError';
    log(plain ? error.message : (error?.stack ?? String(error)));
    if (wantsJson) {
      const { code = 'SETUP_FAILED', sentence = String(error?.message), hint = '' } = error;
      process.stdout.write(`${JSON.stringify({ type: 'failed', code, message: sentence, hint })}\n`);
    }
    process.exitCode = error === interrupted ? 130 : (error?.status ?? STATUS.refused);
  }
  // Children that hang must not keep it; what was written to a pipe is out by then.
  process.stdout.write('', () => process.exit());
}
