/** Progress for a person. Always on standard error: standard output belongs to answers. */
export function log(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends the program with one clear message instead of a stack trace. */
export class SetupError extends Error {}

/** Runs a script's main function; a SetupError is told plainly, anything else in full. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    // The native scripts have an error class of their own with the same meaning.
    const plain = error instanceof SetupError || error?.constructor?.name === 'SetupError';
    log(plain ? error.message : (error?.stack ?? String(error)));
    process.exit(1);
  }
}
