import { create } from 'zustand';
import type { DraftAttachment } from '../../../contract/drafts.ts';
import type { MediaInput } from '../../../contract/media.ts';

/** A text that goes along with the next message. */
export interface Attachment {
  id: string;
  name: string;
  text: string;
}

/** A picture or a sound that does. */
export interface AttachedMedia {
  id: string;
  media: MediaInput;
  /** For the eye. */
  url: string;
}

interface Attachments {
  all: Attachment[];
  media: AttachedMedia[];
}

/** What goes along with the draft of the chat that is shown. */
export const useAttachments = create<Attachments>()(() => ({ all: [], media: [] }));

/** Puts others in the place of those that are shown. */
export function emptyAttachments(next: readonly DraftAttachment[] = []): void {
  for (const { url } of useAttachments.getState().media) URL.revokeObjectURL(url);
  useAttachments.setState({ all: [], media: [] });
  for (const one of next) addAttachment(one);
}

export function addAttachment(one: DraftAttachment): void {
  const { all, media } = useAttachments.getState();
  if (one.kind === 'text') {
    const { id, name, text } = one;
    useAttachments.setState({ all: [...all, { id, name, text }] });
  } else {
    const { bytes, type } = one.media;
    const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
    useAttachments.setState({ media: [...media, { id: one.id, media: one.media, url }] });
  }
}

export function removeAttachments(ids: readonly string[]): void {
  const { all, media } = useAttachments.getState();
  for (const { id, url } of media) if (ids.includes(id)) URL.revokeObjectURL(url);
  useAttachments.setState({
    all: all.filter(({ id }) => !ids.includes(id)),
    media: media.filter(({ id }) => !ids.includes(id)),
  });
}

/** As core keeps them. */
export function toDraft(all: readonly Attachment[], media: readonly AttachedMedia[]): DraftAttachment[] {
  return [
    ...media.map((one) => ({ kind: 'media' as const, id: one.id, media: one.media })),
    ...all.map((one) => ({ kind: 'text' as const, ...one })),
  ];
}
