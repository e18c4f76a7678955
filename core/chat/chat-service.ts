import {
  type AnswerSettings,
  answerSettingsSchema,
  type Chat,
  type ChatEvent,
  type ChatMessage,
  type ChatSend,
} from '../../contract/chat.ts';
import { kindOf, type MediaKind } from '../../contract/media.ts';
import { checkParameters } from '../check-parameters.ts';
import { AppError, fromInfo, toErrorInfo } from '../errors.ts';
import type { ChatStore } from '../storage/chats/chat-store.ts';
import { openInSteps } from '../storage/chats/open-in-steps.ts';
import { emptyStats, toChatEvent } from './answer-events.ts';
import { createRecorder } from './answer-recorder.ts';
import type { ModelChooser } from './model-choice.ts';
import { kindsIn, type Turns, toPrompt } from './prompt.ts';
import { checkMessageText } from './text-check.ts';
import type { Titler } from './titler.ts';

export interface ChatService {
  open(id?: string): Promise<Chat>;
  clear(): Promise<Chat>;
  /**
   * Asks or retries, and streams the answer. Bad input throws before anything is changed; afterwards every
   * outcome is an event, and the store holds what came. Aborting keeps the part that came.
   */
  send(input: ChatSend, signal: AbortSignal): AsyncGenerator<ChatEvent, void, void>;
  /** What the model that would answer can be given beside text. @throws AppError CHAT_UNKNOWN, MODEL_*. */
  takes(chatId?: string): Promise<{ kinds: MediaKind[]; model: string }>;
  /** Loads the default model, so that the first answer does not wait. Failures show in the status. */
  warm(): Promise<void>;
}

export interface ChatServiceOptions {
  /** Where chats are kept. @throws AppError STORAGE_LOCKED. */
  chats: () => Promise<ChatStore>;
  chooser: ModelChooser;
  /** Names chats when there is time. */
  titler?: Titler;
}

/** A question, and whose way of answering it is to have. */
interface Asked extends Turns {
  chatId: string;
  personaId: string | undefined;
}

export function createChatService({ chats, chooser, titler }: ChatServiceOptions): ChatService {
  /** The answer that is being written in each chat. One that was stopped stays here until its engine has ended it. */
  const writing = new Map<string, { signal: AbortSignal; ended: Promise<void> }>();

  /** Puts the question in place and returns what is to be answered. */
  const prepare = (store: ChatStore, input: ChatSend, chat: Chat): Asked => {
    const { chatId, action } = input;
    if (action.type === 'ask') {
      const { instead } = action;
      const parentId = instead === undefined ? undefined : store.parentOf(chatId, instead);
      // Beside an earlier question: what came before that one is what is known.
      const at = instead === undefined ? -1 : chat.messages.findIndex((message) => message.id === instead);
      const history = at === -1 ? chat.messages : chat.messages.slice(0, at);
      // What was asked about a picture is asked otherwise about the same one.
      const before = chat.messages[at]?.media?.map(({ id }) => store.media(chatId, id));
      const media = action.media ?? before ?? [];
      if (action.text !== '' || media.length === 0) checkMessageText(action.text);
      const asked = { role: 'user', text: action.text, state: 'complete' } as const;
      const question = store.add(chatId, asked, parentId, media);
      return { chatId, history, question, personaId: chat.personaId };
    }
    const last = chat.messages.at(-1);
    const isAnswer = last?.role === 'assistant';
    const { personaId } = chat;
    if (action.type === 'continue') {
      const question = chat.messages.at(-2);
      if (!isAnswer || last.text === '' || question === undefined) throw nothingToAnswer();
      return { chatId, history: chat.messages.slice(0, -2), question, begun: last, personaId };
    }
    // What came stays beside the new answer; of a failure nothing is worth keeping.
    if (isAnswer && (last.text === '' || last.state === 'failed')) store.remove(chatId, last.id);
    const question = chat.messages.at(isAnswer ? -2 : -1);
    if (question === undefined) throw nothingToAnswer();
    const history = chat.messages.slice(0, chat.messages.indexOf(question));
    return { chatId, history, question, personaId };
  };

  /** Before anything is changed. @throws AppError MEDIA_UNSUPPORTED. */
  const checkMedia = async (store: ChatStore, { chatId, action }: ChatSend, settings: AnswerSettings) => {
    if (action.type !== 'ask' || action.media === undefined) return;
    const { loadable } = await chooser.choose(settings, store.head(chatId).personaId);
    const kind = action.media.map(kindOf).find((one) => !loadable.container.media.includes(one));
    if (kind !== undefined) throw mediaUnsupported(loadable.model.name, kind);
  };

  async function* run(
    asked: AnswerSettings,
    turn: Asked,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void, void> {
    const kinds = turn.begun === undefined ? kindsIn([...turn.history, turn.question]) : [];
    const choice = await chooser.choose(asked, turn.personaId, kinds);
    const { loadable, request, settings } = choice;
    if (choice.notice !== undefined) yield { type: 'notice', notice: choice.notice };
    const { ready, loadMs } = yield* chooser.load(choice, signal);
    if (ready.notice !== undefined) yield { type: 'notice', notice: ready.notice };
    const leave = await ready.queue.enter(signal);
    try {
      yield { type: 'progress', stage: 'reading' };
      const store = await chats();
      const prompt = toPrompt(loadable, settings, turn, ({ id }) => store.media(turn.chatId, id).bytes);
      for await (const event of ready.engine.generate(prompt, signal)) {
        // An engine that ends while it is being stopped has done what the user asked for.
        if (event.type === 'failed' && signal.aborted) throw fromInfo(event.error);
        if (event.type === 'done' && event.reason === 'stop') titler?.later(turn.chatId, request);
        yield toChatEvent(event, ready, loadable, loadMs);
      }
    } finally {
      leave();
    }
  }

  async function* answer(
    input: ChatSend,
    settings: AnswerSettings,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void, void> {
    const { chatId } = input;
    const store = await chats();
    await checkMedia(store, input, settings);
    const turn = prepare(store, input, await openInSteps(store, chatId));
    const message = placeAnswer(store, chatId, turn);
    const record = createRecorder(store, chatId, message.id, message.text);
    try {
      yield started(store, input, turn, message);
      for await (const event of run(settings, turn, signal)) {
        record.take(event);
        // Reported once, and before the end, which closes the stream.
        const problem = record.problem();
        if (problem !== undefined) yield { type: 'notice', notice: toErrorInfo(problem) };
        yield event;
      }
    } catch (error) {
      const event: ChatEvent = signal.aborted
        ? { type: 'done', reason: 'cancelled', stats: emptyStats(settings.modelId ?? '') }
        : { type: 'failed', error: toErrorInfo(error) };
      record.take(event);
      yield event;
    } finally {
      record.close();
    }
  }

  return {
    open: async (id) => openInSteps(await chats(), id),
    clear: async () => (await chats()).create(),
    takes: async (chatId) => {
      const { loadable } = await chooser.choose({}, (await chats()).head(chatId).personaId);
      return { kinds: loadable.container.media, model: loadable.model.name };
    },
    warm: async () => {
      // Another model's engine would be ended for it, and with it the answer that it is writing.
      if (writing.size > 0) return;
      await chooser.warm();
    },
    async *send(input, signal) {
      const settings = checkParameters(answerSettingsSchema, input.settings);
      const { chatId } = input;
      const earlier = writing.get(chatId);
      if (earlier?.signal.aborted) await earlier.ended;
      titler?.stop();
      // Stopped while it waited: it was never asked.
      if (signal.aborted) {
        yield { type: 'done', reason: 'cancelled', stats: emptyStats(settings.modelId ?? '') };
        return;
      }
      if (writing.has(chatId)) throw busy();
      let end: () => void = () => undefined;
      // Before anything is waited for: another question may come in the same moment.
      writing.set(chatId, { signal, ended: new Promise((resolve) => (end = resolve)) });
      try {
        yield* answer(input, settings, signal);
      } finally {
        writing.delete(chatId);
        end();
      }
    },
  };
}

/** All that a page must know to show the answer from here on. */
function started(
  store: ChatStore,
  { chatId, action }: ChatSend,
  { question: { id: questionId, media }, begun }: Asked,
  { id: answerId }: ChatMessage,
): ChatEvent {
  const idsBeside = (id: string) => store.versions(chatId, id).map((version) => version.id);
  const isBeside = action.type === 'retry' || (action.type === 'ask' && action.instead !== undefined);
  return {
    type: 'started',
    questionId,
    answerId,
    ...(media === undefined ? {} : { media }),
    ...(begun === undefined ? {} : { assistantPrefix: begun.text }),
    ...(isBeside ? { questionVersions: idsBeside(questionId), answerVersions: idsBeside(answerId) } : {}),
  };
}

/** An empty answer, or the one that is gone on with. */
function placeAnswer(store: ChatStore, chatId: string, { question, begun }: Asked): ChatMessage {
  if (begun === undefined) {
    return store.add(chatId, { role: 'assistant', text: '', state: 'streaming' }, question.id);
  }
  store.update(chatId, begun.id, { state: 'streaming' });
  return begun;
}

function mediaUnsupported(model: string, kind: MediaKind): AppError {
  const what = kind === 'image' ? 'pictures' : 'sound';
  return new AppError('MEDIA_UNSUPPORTED', `${model} cannot take ${what}. Nothing was sent.`, {
    hint: `Choose a model that takes ${what}, or leave them out.`,
  });
}

function busy(): AppError {
  return new AppError('ENGINE_BUSY', 'An answer is still being written in this chat.', {
    hint: 'Stop it first.',
  });
}

function nothingToAnswer(): AppError {
  return new AppError('TEXT_EMPTY', 'There is nothing to answer yet.', { hint: 'Write something first.' });
}
