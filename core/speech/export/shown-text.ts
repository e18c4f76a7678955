import type { Segment } from '../../../contract/speech.ts';
import { cleanText } from './clean-text.ts';

/** How transcribers mark speech that nobody could make out. */
export const INAUDIBLE = '[inaudible]';

/** A segment's text as a reader sees it; empty for one that says nothing. */
export function shownText({ text, doubts }: Pick<Segment, 'text' | 'doubts'>): string {
  const clean = cleanText(text);
  return clean === '' && doubts.includes('inaudible') ? INAUDIBLE : clean;
}
