/** ChatGPT writes its references between characters for private use: a kind, then what belongs to it. */
const BEGIN = '\ue200';
const END = '\ue201';
const BETWEEN = '\ue202';

const WHOLE = new RegExp(`( ?)${BEGIN}([^${BEGIN}${END}]*)${END}`, 'g');
/** One that was cut off: its kind and what stands next to it without a space. */
const CUT = new RegExp(` ?${BEGIN}[a-z_]*(?:${BETWEEN}[^\\s${BEGIN}${END}]*)*`, 'g');
const MARKS = /[\ue200-\ue204]/g;

/** A text without references: what only the program they are from can follow goes, names that are part of a sentence stay. */
export function withoutCitations(text: string): string {
  return text
    .replace(WHOLE, (_, space: string, inside: string) => {
      const words = wordsOf(inside);
      return words === '' ? '' : `${space}${words}`;
    })
    .replace(CUT, '')
    .replace(MARKS, '');
}

function wordsOf(inside: string): string {
  const [kind = '', first = ''] = inside.split(BETWEEN);
  if (/entity$/.test(kind)) return nameOf(inside.slice(inside.indexOf(BETWEEN) + 1));
  if (/^(url|link|link_title|video|navlist)$/.test(kind) && !/^turn\d/.test(first)) return first;
  return '';
}

/** `["kind", "name", …]`, or only the name. */
function nameOf(entity: string): string {
  try {
    const value: unknown = JSON.parse(entity);
    const name = Array.isArray(value) ? (value[1] ?? value[0]) : value;
    return typeof name === 'string' ? name : '';
  } catch {
    return /^[[{]/.test(entity.trim()) ? '' : entity;
  }
}
