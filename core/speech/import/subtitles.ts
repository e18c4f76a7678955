/** One subtitle as it stands in a file. */
export interface ImportedCue {
  startMs: number;
  endMs: number;
  /** Lines joined by spaces. */
  text: string;
  speaker?: string;
}

/** Hours may be missing (WebVTT), and either mark may stand before the milliseconds: files mix them up. */
const TIME = '(?:(\\d+):)?(\\d{1,2}):(\\d{2})[.,](\\d{3})';
const TIMES = new RegExp(`^\\s*${TIME}\\s*-->\\s*${TIME}(?:\\s.*)?$`);
const VOICE = /^<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>/;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': '\u00a0',
  '&lrm;': '\u200e',
  '&rlm;': '\u200f',
};

function toMs(parts: readonly (string | undefined)[]): number {
  const [hours = 0, minutes = 0, seconds = 0, ms = 0] = parts.map((part) => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
}

/** Blocks between empty lines, whatever ends the lines. */
function toBlocks(file: string): string[][] {
  const lines = file.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const blocks: string[][] = [[]];
  for (const line of lines) {
    if (line === '') blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  return blocks.filter((block) => block.length > 0);
}

/** The cue of a block: its times are on the first line, or on the second after a number or name. */
function toCue(block: readonly string[]): ImportedCue | undefined {
  for (const line of [0, 1]) {
    const times = TIMES.exec(block[line] ?? '');
    if (times === null) continue;
    const text = block.slice(line + 1).join(' ');
    return { startMs: toMs(times.slice(1, 5)), endMs: toMs(times.slice(5, 9)), text };
  }
  return undefined;
}

function unescapeCue(text: string): string {
  return text.replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** Reads SubRip. Blocks without times are left out; tags stay in the text. */
export function readSrt(file: string): ImportedCue[] {
  return toBlocks(file).flatMap((block) => toCue(block) ?? []);
}

/** Reads WebVTT: voices become speakers, other tags are dropped, and so are notes, styles and regions. */
export function readVtt(file: string): ImportedCue[] {
  return readSrt(file).map(({ startMs, endMs, text }) => {
    const voice = VOICE.exec(text)?.[1];
    const cue = { startMs, endMs, text: unescapeCue(text.replace(/<[^>]*>/g, '')) };
    return voice === undefined ? cue : { ...cue, speaker: unescapeCue(voice) };
  });
}
