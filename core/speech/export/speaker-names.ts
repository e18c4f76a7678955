import type { Transcript } from '../../../contract/speech.ts';
import { cleanText } from './clean-text.ts';

/** Names by speaker id, on one line each; speakers without a name are left out. */
export function speakerNames(transcript: Transcript): ReadonlyMap<string, string> {
  const names = transcript.speakers.map(({ id, name }) => [id, cleanText(name)] as const);
  return new Map(names.filter(([, name]) => name !== ''));
}
