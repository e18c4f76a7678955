/**
 * The addon alone: no core, no process border. Load time: library hashed and opened, engine created. A fresh
 * conversation for every run, made before the clock starts.
 */
import { loadRuntime } from '../../native/index.ts';
import { serveContender } from './child.mjs';
import { figuresOf } from './statistics.mjs';

let engine;
let repetitionPenalty;

serveContender({
  start: async ({ nativeDir, engineOptions, penalty }) => {
    const startedAt = performance.now();
    const runtime = await loadRuntime({ nativeDir });
    engine = await runtime.createEngine(engineOptions);
    repetitionPenalty = penalty;
    return { loadMs: performance.now() - startedAt };
  },
  run: async ({ prompt, tokens }) => {
    const conversation = await engine.createConversation({ sampler: { temperature: 0, topK: 1, topP: 1 } });
    const pieces = [];
    const startedAt = performance.now();
    const message = { role: 'user', content: [{ type: 'text', text: prompt }] };
    for await (const event of conversation.send(message, { maxOutputTokens: tokens, repetitionPenalty })) {
      if (event.type === 'text') pieces.push(performance.now());
      if (event.type === 'error') throw event.error;
    }
    const own = conversation.benchmark();
    await conversation.dispose();
    return {
      ...figuresOf({ startedAt, pieces, tokens: own.decodeTokens, promptTokens: own.prefillTokens }),
      ownDecodeTokensPerSecond: own.decodeTokensPerSecond,
      ownPrefillTokensPerSecond: own.prefillTokensPerSecond,
    };
  },
});
