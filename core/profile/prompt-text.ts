/** Plain text of our own, so that every machine reads the same. */
const SENTENCES = [
  'The harbour was quiet that morning, and the nets lay drying along the wall.',
  'A clerk counted the crates twice and wrote the number into a small green book.',
  'Two boats had come in before sunrise with cod, and one with nothing at all.',
  'Children ran past the chapel to see whether the ferry had brought the new teacher.',
  'At noon the baker closed his door, because the wind carried sand into the bread.',
  'Nobody in the village could say when the lighthouse had last been painted.',
  'The doctor walked home the long way and thought about the letter in her pocket.',
  'In the evening someone played an old song, and a few people remembered the words.',
];
/** English words of this text to tokens of the models at hand; near enough, since what was read is told. */
const TOKENS_PER_WORD = 1.25;
/** Turn marks of a template, and the request below. */
const FIXED_TOKENS = 24;

/** A text of about so many tokens. @param round tells rounds apart, so that no cache of an earlier one helps */
export function promptOf(tokens: number, round: number): string {
  const count = Math.max(4, Math.round((tokens - FIXED_TOKENS) / TOKENS_PER_WORD));
  const words: string[] = [];
  for (let i = round; words.length < count; i += 1)
    words.push(...(SENTENCES[i % SENTENCES.length] ?? '').split(' '));
  return `${words.slice(0, count).join(' ')}\n\nGo on with this story, at length.`;
}
