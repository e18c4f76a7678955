import { type Caption, withLostCaptions } from '../../../contract/lost-captions.ts';
import type { Draft } from './editor/draft.ts';

/** The lines with what only the live captions heard. The same draft where nothing was lost. */
export function withCaptions(draft: Draft, captions: readonly Caption[]): Draft {
  const segments = withLostCaptions(draft.segments, captions);
  return segments === draft.segments ? draft : { ...draft, segments };
}
