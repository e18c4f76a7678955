/** What was spoken is there as what was typed. */
export function judge({ output }) {
  const wanted = [
    'How tall is the lighthouse?',
    'It is forty metres tall.',
    'Thanks, typed now.',
    'You are welcome.',
  ];
  return wanted.filter((text) => !output.includes(text)).map((text) => `"${text}" is missing`);
}
