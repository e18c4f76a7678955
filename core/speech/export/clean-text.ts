import { withoutControls } from '../../../contract/control-characters.ts';

/** Line breaks of any kind would end a cue or a paragraph; spaces that keep words together stay. */
const BREAKS_AND_SPACES = /[\t\n\v\f\r \u0085\u2028\u2029]+/gu;
/** Controls and codes that are no characters: XML does not allow them, and no reader shows them. */
const NOT_TEXT = /[\p{Cc}\p{Noncharacter_Code_Point}]/gu;
const HALF_CHARACTER = /\p{Surrogate}/gu;

/** Text on one line, as every format but JSON can hold it. Words are never changed. */
export function cleanText(text: string): string {
  return withoutControls(text)
    .replace(BREAKS_AND_SPACES, ' ')
    .replace(NOT_TEXT, '')
    .replace(HALF_CHARACTER, '\ufffd')
    .replace(/^ +| +$/g, '');
}
