/** A full disk while chats come in is told as one; nothing is half there. */
export function judge({ output }) {
  const problems = [];
  if (!output.includes('(DISK_FULL)')) problems.push('the code is not DISK_FULL');
  if (!output.includes('status 5')) problems.push('the status is not 5');
  if (/SqliteError|\n\s+at /.test(output)) problems.push('a stack trace');
  return problems;
}
