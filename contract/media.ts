import { z } from 'zod';
import { uint8ArraySchema } from './binary.ts';
import { isPictureSizeFit, readPictureSize } from './picture-size.ts';

/** What some models can be given beside text. */
export const mediaKindSchema = z.enum(['image', 'audio']);
export type MediaKind = z.infer<typeof mediaKindSchema>;

export const MEDIA_LIMITS = { count: 4, bytes: 8_000_000 } as const;

/** Made by whoever sends it: pictures are decoded and written anew, sound is mono at 16 kHz. */
const mediaTypes = ['image/jpeg', 'image/png', 'audio/wav'] as const;

const shared = {
  /** What it was called; shown, and read by models that cannot take it. */
  name: z.string().max(255),
  type: z.enum(mediaTypes),
};

/** A picture or a sound that goes along with a message. */
export const mediaInputSchema = z.object({
  ...shared,
  bytes: uint8ArraySchema
    .refine(({ byteLength }) => byteLength > 0 && byteLength <= MEDIA_LIMITS.bytes)
    // What says no size fails when it is opened; what says a monstrous one takes all memory then.
    .refine((bytes) => isPictureSizeFit(readPictureSize(bytes) ?? { width: 1, height: 1 })),
});
export type MediaInput = z.infer<typeof mediaInputSchema>;

/** The same as a message has it; `chat.media` gives its bytes. */
export const mediaSchema = z.object({ id: z.string(), ...shared, byteLength: z.int().positive() });
export type Media = z.infer<typeof mediaSchema>;

export const kindOf = ({ type }: Pick<Media, 'type'>): MediaKind =>
  type.startsWith('image/') ? 'image' : 'audio';
