/** About 256 tokens of our own text, with a task that makes a small model write for long. */
export const PROMPT = `${[
  'The harbour wakes before the town does.',
  'Nets are carried down the stairs, ropes are wound, and somebody always looks for a glove.',
  'The old ferry leaves at six with three cars, a bicycle and the post, and it never leaves on time.',
  'When the fog lies on the water, the captain rings a bell and the gulls answer.',
  'In the shop by the pier they sell bread, batteries and tide tables, and they know everybody by name.',
  'Children count the boats on their way to school and argue about the number.',
  'At noon the wind turns, the flags turn with it, and the first boats come back low in the water.',
  'The fish is weighed, written down and carried off on ice; the cats get what falls from the table.',
  'In the afternoon the harbour master walks along the wall with his dog and looks at every knot.',
  'He says that a good knot is one that you can open in the dark with cold hands.',
  'In the evening the lamps go on one after another, and the water doubles them.',
].join(' ')} Write a very long story about this harbour, with many people and at least ten chapters.`;

/** The text that the built-in model's own template makes of a question. */
export function chatText(question) {
  const system = 'You are a helpful AI assistant. Give short, clear answers.';
  return `<|im_start|>system\n${system}<|im_end|>\n<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`;
}
