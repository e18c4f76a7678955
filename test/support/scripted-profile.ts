import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type ProfileEvent, type ProfilePlan, profilePlanSchema } from '../../contract/profile.ts';
import { createRequestQueue } from '../../core/engine/request-queue.ts';
import type { ModelLibrary } from '../../core/models/model-library.ts';
import { createProfileService } from '../../core/profile/profile-service.ts';
import { createProfileStore } from '../../core/profile/profile-store.ts';
import type { LoadableSpeechModel } from '../../core/speech/speech-models.ts';
import { BUILT_IN_DIR, fakeLoadable } from './models.ts';
import { profileRun } from './profiles.ts';
import { type Behaviour, scriptedLauncher } from './scripted-engine.ts';

const SPEECH = {
  modelPath: '/m/whisper.tflite',
  tokenizerPath: '/m/tokenizer.json',
  multilingual: true,
  settings: {
    ...JSON.parse(readFileSync(join(BUILT_IN_DIR, 'whisper-base', 'speech.json'), 'utf8')),
    accuracy: { changedWordsPercent: 0.5, klDivergence: 0.0025, top1Percent: 99.3 },
  },
} satisfies LoadableSpeechModel;

export function hearingParts() {
  return {
    models: { find: async () => SPEECH },
    places: { voicePath: '/v', speakerPath: '/s', nativeDir: '/n', cacheDir: '/c' },
    engines: { turns: createRequestQueue(), unload: async () => undefined },
  };
}

/** What measures, with engines that a test writes. */
export function serviceIn(dir: string, behaviours: Behaviour | Behaviour[], change = {}) {
  const { launch, engines } = scriptedLauncher(behaviours);
  const unload = vi.fn(async () => undefined);
  const hearing = hearingParts();
  const unloadHearing = vi.fn(async () => undefined);
  const onChange = vi.fn();
  const service = createProfileService({
    launch,
    nativeDir: '/n',
    cacheDir: '/c',
    models: { find: async () => fakeLoadable() } as unknown as ModelLibrary,
    hearing: { ...hearing, engines: { ...hearing.engines, unload: unloadHearing } },
    sample: async () => ({ samples: new Float32Array(30 * 16_000), language: 'en' }),
    engines: { isBusy: false, unload },
    store: createProfileStore(join(dir, 'speed')),
    threads: () => 2,
    excluded: () => ({ gpu: 'No Vulkan graphics driver is installed.' }),
    facts: async () => profileRun().machine,
    onChange,
    machine: () => ({ totalBytes: 64e9, freeBytes: 64e9 }),
    ...change,
  });
  return { service, engines, unload, unloadHearing, onChange };
}

export const plan = (change: Partial<ProfilePlan> = {}) =>
  profilePlanSchema.parse({ promptTokens: [64], rounds: 3, ...change });

export async function all(run: AsyncIterable<ProfileEvent>): Promise<ProfileEvent[]> {
  const events = [];
  for await (const event of run) events.push(event);
  return events;
}

export function doneIn(events: ProfileEvent[]) {
  const last = events.at(-1);
  if (last?.type !== 'done') throw new Error(`It ended with ${JSON.stringify(last)}`);
  return last.run;
}

export const signal = () => new AbortController().signal;
