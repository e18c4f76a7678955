import { createFenceReader } from '../fences.ts';

const BEGIN = /^\s*<details\b[^>]*\btype="(reasoning|tool_calls|code_interpreter|code_execution)"[^>]*>/i;
const END = /<\/details>/i;
const SUMMARY = /<summary>[\s\S]*?<\/summary>/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&#39;': "'",
  '&amp;': '&',
};

/** Parts what Open WebUI writes as HTML into an answer: thoughts are kept apart, calls of tools go. */
export function splitDetails(content: string): { text: string; thought: string } {
  if (!content.includes('<details')) return { text: content, thought: '' };
  const fences = createFenceReader();
  const text: string[] = [];
  const thoughts: string[] = [];
  let block: { isThought: boolean; lines: string[] } | undefined;
  const end = () => {
    if (block?.isThought === true) thoughts.push(unquote(block.lines.join('\n').replace(SUMMARY, '')));
    block = undefined;
  };
  for (const whole of content.split('\n')) {
    let line = whole;
    if (block === undefined) {
      const begin = BEGIN.exec(line);
      // In a block of code they are what is talked about.
      if (begin === null || fences.ending() !== undefined) {
        fences.read(line);
        text.push(line);
        continue;
      }
      block = { isThought: begin[1]?.toLowerCase() === 'reasoning', lines: [] };
      line = line.slice(begin[0].length);
    }
    const ending = END.exec(line);
    block.lines.push(ending === null ? line : line.slice(0, ending.index));
    if (ending === null) continue;
    end();
    const rest = line.slice(ending.index + ending[0].length);
    if (rest.trim() !== '') text.push(rest);
  }
  // An answer that was cut while it thought.
  end();
  return { text: text.join('\n').trim(), thought: thoughts.filter((one) => one !== '').join('\n\n') };
}

function unquote(body: string): string {
  const isEscaped = /^\s*&gt;/.test(body);
  const plain = isEscaped
    ? body.replace(/&(?:lt|gt|quot|#x27|#39|amp);/g, (one) => ENTITIES[one] ?? one)
    : body;
  return plain
    .split('\n')
    .map((line) => line.replace(/^> ?/, ''))
    .join('\n')
    .trim();
}
