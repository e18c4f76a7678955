/**
 * Scripts that put no space between words: an index of words has whole sentences of them. So every two neighbours are a
 * word of an index of their own (bigrams, the usual way for Chinese, Japanese and Korean: Manning, Raghavan and Schütze,
 * Introduction to Information Retrieval, 2.2.1), and the last character of a run is one too.
 */
const SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'];
// Extensions: a mark such as the long ー belongs to several of them.
const CHARACTER = `(?:(?=[\\p{L}\\p{M}\\p{N}])[${SCRIPTS.map((name) => `\\p{scx=${name}}`).join('')}])`;
const ANY = new RegExp(SCRIPTS.map((name) => `\\p{Script=${name}}`).join('|'), 'u');
const RUN = new RegExp(`${CHARACTER}+`, 'gu');

export function isUnspaced(word: string): boolean {
  return ANY.test(word);
}

/** What the index has of a text: "東京 京都 都" of 東京都. Empty where there is nothing of these scripts. */
export function toPairs(text: string): string {
  if (!ANY.test(text)) return '';
  return runsOf(text)
    .map((run) => run.map((character, index) => `${character}${run[index + 1] ?? ''}`).join(' '))
    .join(' ');
}

/**
 * What finds these words in the index, in the language of FTS5. It finds every text that has them and, where a word is not
 * of one script, some others.
 */
export function matchPairs(words: readonly string[]): string {
  return words
    .flatMap((word) => runsOf(word))
    .map((run) => {
      // One character may be the first of any pair.
      if (run.length === 1) return `"${run[0]}"*`;
      const pairs = run.slice(1).map((character, index) => `${run[index]}${character}`);
      return `"${pairs.join(' ')}"`;
    })
    .join(' ');
}

/** The characters of each run. */
function runsOf(text: string): string[][] {
  return (text.match(RUN) ?? []).map((run) => [...run]);
}
