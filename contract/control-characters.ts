const ESC = '\u001b';
const BEL = '\u0007';
/** Sequences that steer a terminal: CSI (colours, the cursor) and OSC (its title, links), with what belongs to them. */
const CSI = `(?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]`;
const OSC = `(?:${ESC}\\]|\u009d)[^${BEL}${ESC}\u009c\\n]*(?:${BEL}|${ESC}\\\\|\u009c)`;
const SEQUENCES = new RegExp(`${CSI}|${OSC}`, 'g');
/** Every control character but tab and line feed. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;
/** They turn round the order of what stands after them: a name could look like another one. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

/** A text without control characters, but for tabs and line feeds; other ends of lines become line feeds. */
export function withoutControls(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u0085]/g, '\n')
    .replace(SEQUENCES, '')
    .replace(CONTROLS, '');
}

/** A text that takes one line and keeps to it: a title, a name. */
export function toOneLine(text: string): string {
  return withoutControls(text)
    .replace(DIRECTIONS, '')
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .trim();
}
