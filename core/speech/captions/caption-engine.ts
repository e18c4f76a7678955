import type { ErrorInfo } from '../../../contract/errors.ts';
import type { SpeechSettings } from '../../../contract/speech.ts';
import type { Engine } from '../../engine/engine.ts';
import { isEngineDeath } from '../../engine/engine-death.ts';
import type { SpeechEngineEvent } from '../../engine/protocol.ts';
import type { SpeechEngineRequest, SpeechEngines } from '../../engine/speech/speech-engines.ts';
import type { HeardWindow } from '../../engine/speech/speech-protocol.ts';
import { fromInfo } from '../../errors.ts';

/** The speech engine as captions use it: a dead one is replaced, and what it was doing is left out. */
export interface CaptionEngine {
  /** Probabilities of voice. Undefined: the engine died over it. @throws AppError when none can be had. */
  findVoice(samples: Float32Array): Promise<ArrayLike<number> | undefined>;
  /** Hears a window. Undefined: it was cancelled or the engine died over it. @throws AppError as above. */
  hear(samples: Float32Array, previousText: string): Promise<HeardWindow | undefined>;
}

export function createCaptionEngine(
  engines: SpeechEngines,
  load: SpeechEngineRequest,
  wishes: SpeechSettings,
  signal: AbortSignal,
  onDeath: (error: ErrorInfo) => void,
): CaptionEngine {
  let language = wishes.language;
  /** The engine process that knows what was said just before. */
  let generation: number | undefined;

  const ask = async (
    request: (engine: Engine) => AsyncIterable<SpeechEngineEvent>,
  ): Promise<SpeechEngineEvent | undefined> => {
    const { engine } = await engines.acquire(load);
    let last: SpeechEngineEvent | undefined;
    for await (const event of request(engine)) last = event;
    if (last?.type !== 'failed') return last;
    const failure = fromInfo(last.error);
    if (!isEngineDeath(failure.code)) throw failure;
    onDeath(last.error);
    return undefined;
  };

  return {
    findVoice: async (samples) => {
      const event = await ask((engine) => {
        const isNew = engine.generation !== generation;
        generation = engine.generation;
        return engine.findVoice(samples, isNew, signal);
      });
      return event?.type === 'voice' ? event.probabilities : undefined;
    },
    hear: async (samples, previousText) => {
      const { translate = false, prompt } = wishes;
      const window = {
        samples,
        translate,
        words: true,
        live: true,
        ...(previousText === '' ? {} : { previousText }),
        ...(language === undefined ? {} : { language }),
        ...(prompt === undefined ? {} : { prompt }),
      };
      const event = await ask((engine) => engine.transcribe(window, signal));
      if (event?.type !== 'heard') return undefined;
      // The beginning of a word tells little about its language; some seconds do.
      if (samples.length >= LANGUAGE_SAMPLES) language ??= event.window.language;
      return event.window;
    },
  };
}

const LANGUAGE_SAMPLES = 3 * 16_000;
