/** The runtimes that `npm run bench -- encoder` sets side by side; each in a process of its own. */
import { join } from 'node:path';
import { startLineChild } from '../lib/line-child.mjs';
import { cacheDir, root } from '../lib/paths.mjs';
import { ensureFasterWhisper } from './peers.mjs';

/** @returns name, start, run, save and stop */
function createContender(name, { program, args, env, start }) {
  const { ask, stop } = startLineChild(program, args, env);
  return {
    name,
    start: () => ask({ type: 'start', ...start }),
    run: () => ask({ type: 'run' }),
    save: (out) => ask({ type: 'save', out }),
    stop,
  };
}

/**
 * @param {{folder: string, python: string, onnx: string, weights: string}} made what ensureEncoders gives
 * @param {number[]} shape of the log-mel
 */
export async function encoderContenders(made, shape, threads) {
  const { folder, python, onnx, weights } = made;
  const mel = join(folder, 'mel.f32');
  const python3 = (name, kind, model, { by = python, compute = '' } = {}) => [
    name,
    {
      program: by,
      args: [join(import.meta.dirname, 'encoder_child.py')],
      env: { PYTHONPATH: onnx, PYTHONDONTWRITEBYTECODE: '1' },
      start: {
        kind,
        model: kind === 'ctranslate2' ? model : join(folder, model),
        threads,
        mel,
        shape,
        compute,
      },
    },
  ];
  const addon = (name, start) => [
    name,
    {
      program: process.execPath,
      args: ['--no-warnings', join(import.meta.dirname, 'encoder-child.mjs')],
      env: {},
      start: { nativeDir: join(root, 'native'), threads, ...start },
    },
  ];
  const whisper = await ensureFasterWhisper();
  return [
    python3('LiteRT, no delegate, FP32', 'litert-plain', 'encoder-f32.tflite'),
    python3('LiteRT, no delegate, INT8', 'litert-plain', 'encoder-int8.tflite'),
    python3('LiteRT with XNNPACK, FP32', 'litert', 'encoder-f32.tflite'),
    python3('LiteRT with XNNPACK, INT8', 'litert', 'encoder-int8.tflite'),
    addon('Sotto, FP32', { model: join(folder, 'encoder-f32.tflite'), mel }),
    addon('Sotto, INT8', { model: join(folder, 'encoder-int8.tflite'), mel }),
    python3('ONNX Runtime, FP32', 'onnx', 'encoder-f32.onnx'),
    python3('ONNX Runtime, INT8', 'onnx', 'encoder-int8.onnx'),
    python3('CTranslate2, FP32', 'ctranslate2', weights, { by: whisper, compute: 'float32' }),
    python3('CTranslate2, INT8', 'ctranslate2', weights, { by: whisper, compute: 'int8' }),
  ].map((given) => () => createContender(...given));
}

/** The built-in model's whole file as the app has it: from samples to keys and values, weights repacked on the disk. */
export const builtInEncoder = (speech, samples, threads) => () =>
  createContender('Sotto, built-in model, from sound', {
    program: process.execPath,
    args: ['--no-warnings', join(import.meta.dirname, 'encoder-child.mjs')],
    env: {},
    start: {
      nativeDir: join(root, 'native'),
      threads,
      speech,
      samples,
      cachePath: join(cacheDir, 'bench', 'encoder.xnnpack_cache'),
    },
  });
