import type { MediaKind } from '../../../contract/media.ts';
import type { Container, ContainerSection } from './container.ts';

/** Words in the names of the parts that turn a picture or a sound into what the text model reads. */
const PARTS: Record<MediaKind, string> = { image: 'vision', audio: 'audio' };
const KINDS = Object.keys(PARTS) as MediaKind[];

/** What a model can be given beside text: it has encoders for that. */
export function encodersIn(sections: readonly ContainerSection[]): MediaKind[] {
  return KINDS.filter((kind) =>
    sections.some(({ modelType = '' }) => modelType.includes(`${PARTS[kind]}_encoder`)),
  );
}

/** What these encoders, with all that belongs to them, take in memory, beside what the text model does. */
export function encoderBytes({ sections }: Container, kinds: readonly MediaKind[]): number {
  return sections
    .filter(({ modelType = '' }) => kinds.some((kind) => modelType.includes(PARTS[kind])))
    .reduce((sum, { begin, end }) => sum + end - begin, 0);
}
