import type { Speaker, SpeakerTurn } from '../../../contract/speech.ts';
import { clusterVoices, type Voice } from './cluster.ts';

/** Less of a voice than this has no sound of its own. */
export const MIN_VOICE_MS = 400;

interface Heard {
  startMs: number;
  endMs: number;
  voice: Voice;
}

/**
 * Gathers the voices of a transcription, a kilobyte for each line, and tells at its end who said what. Who speaks
 * is known only once everybody has spoken.
 */
export class SpeakerFinder {
  readonly #count: number | undefined;
  readonly #heard: Heard[] = [];

  /** @param count how many people speak, where that is known */
  constructor(count: number | undefined) {
    this.#count = count;
  }

  add(startMs: number, endMs: number, print: Float32Array): void {
    this.#heard.push({ startMs, endMs, voice: { print, ms: endMs - startMs } });
  }

  /** Who spoke when, in order; nobody where no voice was heard. */
  find(): { speakers: Speaker[]; turns: SpeakerTurn[] } {
    if (this.#heard.length === 0) return { speakers: [], turns: [] };
    const labels = clusterVoices(
      this.#heard.map(({ voice }) => voice),
      this.#count,
    );
    const speakers = [...new Set(labels)].map((label) => ({
      id: `voice-${label + 1}`,
      name: `Speaker ${label + 1}`,
    }));
    const turns = this.#heard.map(({ startMs, endMs }, index) => ({
      startMs,
      endMs,
      speakerId: `voice-${(labels[index] ?? 0) + 1}`,
    }));
    return { speakers, turns };
  }
}
