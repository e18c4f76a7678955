import { join } from 'node:path';
import { createSpeechEngines, type SpeechEnginesOptions } from '../engine/speech/speech-engines.ts';
import { countPhysicalCores } from '../system/physical-cores.ts';
import { type AddedSpeech, createSpeechModelLibrary } from './speech-models.ts';

export interface HearingOptions extends Omit<SpeechEnginesOptions, 'places'> {
  builtInModelsDir: string;
  nativeDir: string;
  cacheDir: string;
  added?: AddedSpeech;
}

/** What everything that hears shares: one engine at a time, the models it may load, and how many threads it has. */
export function createHearing({ builtInModelsDir, nativeDir, cacheDir, added, ...process }: HearingOptions) {
  const builtIn = (id: string) => join(builtInModelsDir, id, `${id}.tflite`);
  const places = {
    voicePath: builtIn('silero-vad'),
    speakerPath: builtIn('speaker-encoder'),
    nativeDir,
    cacheDir,
  };
  return {
    places,
    engines: createSpeechEngines({ ...process, places }),
    models: createSpeechModelLibrary(builtInModelsDir, added),
    defaultThreads: countPhysicalCores,
  };
}
