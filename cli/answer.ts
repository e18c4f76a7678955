import type { AnswerSettings } from '../contract/chat.ts';
import type { MediaInput } from '../contract/media.ts';
import { assertNever, toErrorInfo } from '../core/errors.ts';
import type { Client } from './client.ts';
import { EXIT } from './exit-status.ts';
import { interruptible } from './interrupt.ts';
import { note, print, printJson, reportFailure } from './output.ts';

export interface AnswerOptions {
  settings: AnswerSettings;
  json: boolean;
  /** Goes along with the next question, and is taken out of here then. */
  media?: MediaInput[];
}

/** Asks once in a chat and prints the answer while it comes. Ctrl-C stops it and keeps what came. */
export function answerOnce(
  client: Client,
  chatId: string,
  text: string,
  options: AnswerOptions,
): Promise<number> {
  return interruptible((signal) => answer(client, chatId, text, options, signal));
}

async function answer(
  client: Client,
  chatId: string,
  text: string,
  options: AnswerOptions,
  signal: AbortSignal,
): Promise<number> {
  const { settings, json, media = [] } = options;
  let status: number = EXIT.ok;
  let printed = false;
  try {
    const action = { type: 'ask' as const, text, ...(media.length === 0 ? {} : { media }) };
    const input = { chatId, action, settings };
    for await (const event of client.run('chat.send', input, signal)) {
      switch (event.type) {
        case 'started':
          options.media = [];
          break;
        case 'progress':
          break;
        case 'notice':
          if (json) printJson(event);
          else note(`${event.notice.message} ${event.notice.hint ?? ''}`.trim());
          break;
        case 'delta':
          printed = true;
          if (json) printJson(event);
          else print(event.text);
          break;
        case 'done':
          if (json) printJson(event);
          else {
            if (printed) print('\n');
            if (event.limit === 'context')
              note(
                'The model can hold no more of this conversation: the next question leaves out the first messages.',
              );
            if (event.limit === 'max-tokens') note('The answer reached its length limit.');
          }
          if (event.reason === 'cancelled') status = EXIT.cancelled;
          break;
        case 'failed':
          if (printed && !json) print('\n');
          status = reportFailure(event.error, json);
          break;
        default:
          assertNever(event);
      }
    }
  } catch (error) {
    if (!signal.aborted) status = reportFailure(toErrorInfo(error), json);
  }
  // Also where it was stopped before it was asked.
  return signal.aborted ? EXIT.cancelled : status;
}
