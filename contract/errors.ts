import { z } from 'zod';

/**
 * The closed list of failures that a user can meet. The page picks words by code, the terminal
 * picks an exit status by code; a code is never renamed once released.
 */
export const errorCodes = [
  // model files
  'MODEL_MISSING',
  'MODEL_TRUNCATED',
  'MODEL_FORMAT',
  'MODEL_CORRUPT',
  'MODEL_HASH',
  'HASH_UNKNOWN',
  'HASH_CHANGED',
  'MODEL_TOO_NEW',
  'MODEL_MEMORY',
  'MODEL_LOAD_FAILED',
  'MODEL_UNTRUSTED',
  'MODEL_IN_USE',
  'PATH_REFUSED',
  'PACK_INVALID',
  // the network, the hub and what is fetched from it
  'NET_OFFLINE',
  'NET_LOCKED',
  'NET_PROXY',
  'NET_TLS',
  'NET_REDIRECT',
  'HUB_GATED',
  'HUB_MISSING',
  'HUB_BUSY',
  'HUB_INVALID',
  'MIRROR_REFUSED',
  'LICENCE_REQUIRED',
  'DOWNLOAD_BUSY',
  'DOWNLOAD_CHANGED',
  'DISK_SPACE',
  // runtime and engine
  'RUNTIME_MISSING',
  'RUNTIME_UNTRUSTED',
  'BACKEND_FAILED',
  'CORE_CRASHED',
  'ENGINE_CRASHED',
  'ENGINE_HUNG',
  'ENGINE_STOPPED',
  'ENGINE_BUSY',
  // what was asked
  'CONTEXT_FULL',
  'CONTEXT_TRIMMED',
  'PARAM_RANGE',
  'TEXT_EMPTY',
  'TEXT_INVALID',
  'TEXT_TOO_LONG',
  'CONSTRAINT_INVALID',
  'CHAT_UNKNOWN',
  'RUN_UNKNOWN',
  'IMPORT_FORMAT',
  // what is kept
  'DB_DAMAGED',
  'DB_TOO_NEW',
  'DB_UNAVAILABLE',
  'KEY_UNAVAILABLE',
  'STORAGE_LOCKED',
  'AUTH_WRONG',
  'AUTH_WAIT',
  'PASSPHRASE_NEEDED',
  'LINK_REFUSED',
  // sound that was to be transcribed
  'AUDIO_MISSING',
  'AUDIO_EMPTY',
  'AUDIO_FORMAT',
  'AUDIO_CUT',
  'AUDIO_PROTECTED',
  'AUDIO_NO_SOUND',
  'AUDIO_NO_SPEECH',
  'AUDIO_QUIET',
  'AUDIO_LOUD',
  'AUDIO_CHANNELS',
  'AUDIO_OTHER',
  'LANGUAGE_UNKNOWN',
  'SPEAKERS_FAILED',
  // recording
  'MIC_DENIED',
  'MIC_MISSING',
  'MIC_LOST',
  'MIC_SILENT',
  'RECORDING_UNKNOWN',
  'RECORDING_BUSY',
  // figures of speed
  'PROFILE_UNKNOWN',
  // pictures and sound beside text
  'MEDIA_UNSUPPORTED',
  'MEDIA_UNREADABLE',
  // the machine
  'CACHE_UNWRITABLE',
  'FILE_UNWRITABLE',
  'FILE_TEXT',
  'FILES_TOO_MANY',
  'DISK_FULL',
  'REQUEST_INVALID',
  'INTERNAL',
] as const;

export const errorCodeSchema = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** What crosses a border when something fails: never a stack trace, a prompt or a full path. */
export const errorInfoSchema = z.object({
  code: errorCodeSchema,
  /** One sentence: what happened and what was kept. */
  message: z.string(),
  /** The next step, when there is one. */
  hint: z.string().optional(),
  /** AUDIO_CUT: how much of the sound could be read. */
  usableMs: z.number().nonnegative().optional(),
});
export type ErrorInfo = z.infer<typeof errorInfoSchema>;
