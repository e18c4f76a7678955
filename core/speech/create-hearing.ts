import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createSpeechEngines, type SpeechEnginesOptions } from '../engine/speech/speech-engines.ts';
import type { ModelIntegrity } from '../models/model-integrity.ts';
import { countPhysicalCores } from '../system/physical-cores.ts';
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
  /** The small model that every engine that hears loads beside its own. */
  const checkVoiceModel = async () => {
    const text = await readFile(join(builtInModelsDir, 'silero-vad', 'voice.json'), 'utf8').catch(
      () => undefined,
    );
    if (text !== undefined)
      await integrity?.check(places.voicePath, expectedFileSchema.parse(JSON.parse(text)));
  };
  return {
    places,
    engines: createSpeechEngines({ ...process, places }),
    models: {
      ...library,
      find: async (idOrPath?: string) => {
        const found = await library.find(idOrPath);
        await checkVoiceModel();
        return found;
      },
    },
    defaultThreads: countPhysicalCores,
  };
}
