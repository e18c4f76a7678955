import { dirname, join } from 'node:path';
import { z } from 'zod';
import { createSpeechEngines, type SpeechEnginesOptions } from '../engine/speech/speech-engines.ts';
import { AppError } from '../errors.ts';
import type { ExpectedFile, ModelIntegrity } from '../models/model-integrity.ts';
import { countPhysicalCores } from '../system/physical-cores.ts';
import { readText } from '../system/regular-file.ts';
import { type AddedSpeech, createSpeechModelLibrary } from './speech-models.ts';

export interface HearingOptions extends Omit<SpeechEnginesOptions, 'places'> {
  builtInModelsDir: string;
  nativeDir: string;
  cacheDir: string;
  added?: AddedSpeech;
  integrity?: ModelIntegrity;
}

const expectedFileSchema = z.object({ sizeBytes: z.int().positive(), sha256: z.string().length(64) });

/** What everything that hears shares: one engine at a time, the models it may load, and how many threads it has. */
export function createHearing({
  builtInModelsDir,
  nativeDir,
  cacheDir,
  added,
  integrity,
  ...process
}: HearingOptions) {
  const builtIn = (id: string) => join(builtInModelsDir, id, `${id}.tflite`);
  const places = {
    voicePath: builtIn('silero-vad'),
    speakerPath: builtIn('speaker-encoder'),
    nativeDir,
    cacheDir,
  };
  const library = createSpeechModelLibrary(builtInModelsDir, added, integrity);
  /** A small model that came with Sotto, against the description beside it. @throws AppError MODEL_HASH, MODEL_MISSING. */
  const checkBuiltIn = async (path: string, description: string) => {
    const expected = await readExpected(join(dirname(path), description));
    await integrity?.check(path, expected);
  };
  return {
    places,
    engines: createSpeechEngines({ ...process, places }),
    models: {
      ...library,
      find: async (idOrPath?: string) => {
        const found = await library.find(idOrPath);
        // Every engine that hears loads it beside its own.
        await checkBuiltIn(places.voicePath, 'voice.json');
        return found;
      },
    },
    checkSpeakerModel: () => checkBuiltIn(places.speakerPath, 'speakers.json'),
    defaultThreads: countPhysicalCores,
  };
}

async function readExpected(path: string): Promise<ExpectedFile> {
  try {
    return expectedFileSchema.parse(JSON.parse(await readText(path)));
  } catch (cause) {
    throw new AppError('MODEL_MISSING', 'A part of the model is missing.', {
      hint: 'Install Sotto again.',
      cause,
    });
  }
}
