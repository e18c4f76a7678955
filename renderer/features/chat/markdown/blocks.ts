import { parseMarkdownIntoBlocks } from 'streamdown';

/** The address of a link that is written elsewhere in the text: [name]: address */
const DEFINITION = /^ {0,3}\[[^\]\n]+\]:/m;

/**
 * The parts of an answer that are drawn apart, so that the finished ones stay as they are while the last one
 * grows. A definition is for the whole text, which then is one part.
 */
export function toBlocks(markdown: string): string[] {
  return DEFINITION.test(markdown) ? [markdown] : parseMarkdownIntoBlocks(markdown);
}
