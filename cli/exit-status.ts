import type { ErrorCode } from '../contract/errors.ts';
import { assertNever } from '../core/errors.ts';

/** Exit statuses, one a kind of failure, so that scripts can tell them apart. Documented in docs/terminal.md. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  text: 3,
  model: 4,
  machine: 5,
  engine: 6,
  context: 7,
  audio: 8,
  network: 9,
  storage: 10,
  cancelled: 130,
} as const;

/** The exit status for an error code. */
export function exitStatusOf(code: ErrorCode): number {
  switch (code) {
    case 'PARAM_RANGE':
    case 'LANGUAGE_UNKNOWN':
    case 'PROFILE_UNKNOWN':
      return EXIT.usage;
    case 'TEXT_EMPTY':
    case 'FILE_TEXT':
    case 'FILES_TOO_MANY':
    case 'MEDIA_UNREADABLE':
    case 'TEXT_INVALID':
    case 'TEXT_TOO_LONG':
    case 'CONSTRAINT_INVALID':
      return EXIT.text;
    case 'MODEL_MISSING':
    case 'MODEL_TRUNCATED':
    case 'MODEL_FORMAT':
    case 'MODEL_CORRUPT':
    case 'MODEL_HASH':
    case 'HASH_UNKNOWN':
    case 'HASH_CHANGED':
    case 'MODEL_TOO_NEW':
    case 'MODEL_MEMORY':
    case 'MODEL_LOAD_FAILED':
    case 'MODEL_UNTRUSTED':
    case 'MODEL_IN_USE':
    case 'MEDIA_UNSUPPORTED':
    case 'PATH_REFUSED':
    case 'PACK_INVALID':
    case 'LICENCE_REQUIRED':
    case 'DOWNLOAD_BUSY':
    case 'DOWNLOAD_CHANGED':
      return EXIT.model;
    case 'RUNTIME_MISSING':
    case 'RUNTIME_UNTRUSTED':
    case 'BACKEND_FAILED':
    case 'CACHE_UNWRITABLE':
    case 'FILE_UNWRITABLE':
    case 'DISK_FULL':
    case 'DISK_SPACE':
    case 'MIC_DENIED':
    case 'MIC_MISSING':
    case 'MIC_LOST':
      return EXIT.machine;
    case 'CORE_CRASHED':
    case 'ENGINE_CRASHED':
    case 'ENGINE_HUNG':
    case 'ENGINE_STOPPED':
    case 'ENGINE_BUSY':
      return EXIT.engine;
    case 'CONTEXT_FULL':
    case 'CONTEXT_TRIMMED':
      return EXIT.context;
    case 'AUDIO_MISSING':
    case 'AUDIO_EMPTY':
    case 'AUDIO_FORMAT':
    case 'AUDIO_CUT':
    case 'AUDIO_PROTECTED':
    case 'AUDIO_NO_SOUND':
    case 'AUDIO_NO_SPEECH':
    case 'AUDIO_QUIET':
    case 'AUDIO_LOUD':
    case 'AUDIO_CHANNELS':
    case 'AUDIO_OTHER':
    case 'SPEAKERS_FAILED':
    case 'MIC_SILENT':
    case 'RECORDING_UNKNOWN':
    case 'RECORDING_BUSY':
      return EXIT.audio;
    case 'NET_OFFLINE':
    case 'NET_LOCKED':
    case 'NET_PROXY':
    case 'NET_TLS':
    case 'NET_REDIRECT':
    case 'HUB_GATED':
    case 'HUB_MISSING':
    case 'HUB_BUSY':
    case 'HUB_INVALID':
      return EXIT.network;
    case 'IMPORT_FORMAT':
    case 'DB_DAMAGED':
    case 'DB_TOO_NEW':
    case 'DB_UNAVAILABLE':
    case 'KEY_UNAVAILABLE':
    case 'STORAGE_LOCKED':
    case 'AUTH_WRONG':
    case 'AUTH_WAIT':
    case 'PASSPHRASE_NEEDED':
      return EXIT.storage;
    case 'CHAT_UNKNOWN':
    case 'RUN_UNKNOWN':
    case 'LINK_REFUSED':
    case 'MIRROR_REFUSED':
    case 'REQUEST_INVALID':
    case 'INTERNAL':
      return EXIT.unexpected;
    default:
      return assertNever(code);
  }
}
