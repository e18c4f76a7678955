import { MESSAGE_LIMIT_CHARS } from '../../contract/limits.ts';
import { AppError } from '../errors.ts';

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/**
 * Refuses text that cannot be a message: empty, far too long, or broken in a way that would be changed
 * silently on its way to the model.
 *
 * @throws AppError TEXT_EMPTY, TEXT_TOO_LONG or TEXT_INVALID.
 */
export function checkMessageText(text: string): void {
  if (text.length > MESSAGE_LIMIT_CHARS) {
    throw new AppError(
      'TEXT_TOO_LONG',
      `The message has ${text.length} characters; ${MESSAGE_LIMIT_CHARS} is the most.`,
      {
        hint: 'Send a shorter part of it.',
      },
    );
  }
  if (text.trim() === '')
    throw new AppError('TEXT_EMPTY', 'The message is empty.', { hint: 'Write something first.' });
  if (text.includes('\0') || LONE_SURROGATE.test(text)) {
    throw new AppError('TEXT_INVALID', 'The message holds characters that are not text.', {
      hint: 'Remove them, or paste the text again.',
    });
  }
}
