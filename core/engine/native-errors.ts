import { isNativeError } from '../../native/native-error.ts';
import { AppError } from '../errors.ts';

/** LiteRT-LM's words for a picture or a sound that it cannot decode. */
const UNREADABLE_MEDIA = /Failed to (?:decode|load) (?:image|audio)|Failed to decode base64/i;

/** What a failure of the native package means to a user. Other errors pass unchanged. */
export function fromNativeError(error: unknown): unknown {
  if (!isNativeError(error)) return error;
  const cause = { cause: error };
  switch (error.code) {
    case 'RUNTIME_MISSING':
    case 'RUNTIME_INCOMPATIBLE':
      return new AppError('RUNTIME_MISSING', 'The LiteRT library could not be loaded.', {
        hint: 'Install Sotto again, or run `npm run setup` in its source folder.',
        ...cause,
      });
    case 'RUNTIME_UNTRUSTED':
      return new AppError(
        'RUNTIME_UNTRUSTED',
        'The LiteRT library is not the one Sotto was made with, so it was not loaded.',
        {
          hint: 'Install Sotto again.',
          ...cause,
        },
      );
    case 'CONTEXT':
      return contextFull(undefined, undefined);
    case 'CONSTRAINT':
      return new AppError('CONSTRAINT_INVALID', 'The answer format is not valid.', {
        hint: 'Check the pattern or the schema.',
        ...cause,
      });
    case 'ENGINE_CREATE':
      return new AppError('MODEL_LOAD_FAILED', 'The engine could not load the model.', {
        hint: 'Verify the model, or choose another one.',
        ...cause,
      });
    case 'SEND':
    case 'CONVERSATION_CREATE':
      if (UNREADABLE_MEDIA.test(error.message)) return mediaUnreadable(cause);
      return new AppError(
        'MODEL_CORRUPT',
        'The model could not answer: its file is damaged, or it was not made for this runtime.',
        { hint: 'Verify the model, or install it again.', ...cause },
      );
    default:
      return new AppError('INTERNAL', 'The engine refused the request.', { hint: 'Try again.', ...cause });
  }
}

function mediaUnreadable(cause: { cause: unknown }): AppError {
  return new AppError('MEDIA_UNREADABLE', 'The picture or sound cannot be read.', {
    hint: 'Take another copy of it.',
    ...cause,
  });
}

/** The prompt does not fit. Counts in tokens, where known. */
export function contextFull(needed: number | undefined, limit: number | undefined): AppError {
  const size = needed === undefined || limit === undefined ? '' : ` (${needed} of ${limit} tokens)`;
  return new AppError(
    'CONTEXT_FULL',
    `The conversation no longer fits into what this model can read${size}.`,
    {
      hint: 'Shorten the message, or start a new chat.',
    },
  );
}
