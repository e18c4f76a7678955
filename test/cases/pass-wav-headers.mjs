/** Headers with wrong sizes: all of the sound. */
export function judge({ output }) {
  const parts = output.split(/^== /m).slice(1);
  const whole = parts.filter((part) => /He might even have been made amiable himself\./.test(part));
  return whole.length === 2 && parts.length === 2
    ? []
    : [`the sentence is whole in ${whole.length} of 2 files`];
}
