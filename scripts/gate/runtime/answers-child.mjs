/** Answers at temperature 0, whole, from a runtime of whichever version. */
import { loadRuntime } from '../../../native/index.ts';
import { serveContender } from '../../bench/child.mjs';

let engine;

async function answer(text, maxOutputTokens) {
  const conversation = await engine.createConversation({ sampler: { temperature: 0, topK: 1, topP: 1 } });
  let whole = '';
  const message = { role: 'user', content: [{ type: 'text', text }] };
  for await (const event of conversation.send(message, { maxOutputTokens })) {
    if (event.type === 'text') whole += event.text;
    if (event.type === 'error') throw event.error;
  }
  await conversation.dispose();
  return whole;
}

serveContender({
  start: async ({ nativeDir, engineOptions }) => {
    engine = await (await loadRuntime({ nativeDir })).createEngine(engineOptions);
  },
  run: async ({ prompt: questions, tokens }) => {
    const answers = [];
    for (const question of questions) answers.push(await answer(question, tokens));
    return { answers };
  },
});
