/**
 * Runs a decoder that writes each damaged packet to the console, where nobody can turn it off: in a terminal
 * that is thousands of lines for one bad file. What it reports comes back in its results as well.
 *
 * @param work must not wait for anything: other code would lose its messages.
 */
export function withoutConsole<T>(work: () => T): T {
  const { error } = console;
  console.error = () => {};
  try {
    return work();
  } finally {
    console.error = error;
  }
}
