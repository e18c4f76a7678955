/**
 * llama.cpp by node-llama-cpp, on the GGUF that the built-in model was made from. Load time: library opened,
 * model loaded, context made. Every run starts with an empty context; tokenizing counts, as it does for us.
 */
import { serveContender } from './child.mjs';
import { chatText } from './prompt.mjs';
import { figuresOf } from './statistics.mjs';

let model;
let sequence;
let repeatPenalty;

serveContender({
  start: async ({ packageEntry, gguf, threads, contextTokens, penalty }) => {
    const startedAt = performance.now();
    const { getLlama } = await import(packageEntry);
    const llama = await getLlama({ build: 'never', gpu: false });
    model = await llama.loadModel({ modelPath: gguf });
    const context = await model.createContext({ contextSize: contextTokens, threads });
    sequence = context.getSequence();
    repeatPenalty = penalty;
    return { loadMs: performance.now() - startedAt };
  },
  run: async ({ prompt, tokens }) => {
    await sequence.clearHistory();
    const pieces = [];
    const startedAt = performance.now();
    const input = model.tokenize(chatText(prompt), true);
    const seen = [...input];
    const options = {
      temperature: 0,
      yieldEogToken: true,
      ...(repeatPenalty === 1 ? {} : { repeatPenalty: { punishTokens: () => seen, penalty: repeatPenalty } }),
    };
    for await (const token of sequence.evaluate(input, options)) {
      pieces.push(performance.now());
      seen.push(token);
      if (pieces.length >= tokens) break;
    }
    return figuresOf({ startedAt, pieces, tokens: pieces.length, promptTokens: input.length });
  },
});
