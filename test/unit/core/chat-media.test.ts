import { describe, expect, it } from 'vitest';
import type { ChatSend } from '../../../contract/chat.ts';
import type { MediaKind } from '../../../contract/media.ts';
import { fakeLoadable } from '../../support/models.ts';
import { createScriptedChat, eventsOf } from '../../support/scripted-chat.ts';
import { answersWith } from '../../support/scripted-engine.ts';

const live = () => new AbortController().signal;
const photo = (name = 'cat.png') => ({ name, type: 'image/png' as const, bytes: new Uint8Array([1, 2, 3]) });

/** Models by id: "seer" takes pictures, any other reads text. */
function create() {
  const find = async (id = 'reader') => {
    const loadable = fakeLoadable(id);
    const media: MediaKind[] = id === 'seer' ? ['image'] : [];
    return {
      ...loadable,
      model: { ...loadable.model, name: id },
      container: { ...loadable.container, media },
    };
  };
  const { chat, engines, storage } = createScriptedChat(answersWith('A cat.'), { find });
  const send = async (action: ChatSend['action'], modelId = 'seer') => {
    const { id } = await chat.open();
    return eventsOf(chat.send({ chatId: id, action, settings: { modelId } }, live()));
  };
  /** What the newest engine was asked last. */
  const asked = () => {
    const messages = engines.at(-1)?.received.filter((one) => one.type === 'generate') ?? [];
    return messages.at(-1)?.prompt;
  };
  return { chat, storage, send, asked };
}

describe('a picture', () => {
  it('is kept with its question and given to the model, with the next question too', async () => {
    const { chat, storage, send, asked } = create();
    const [started] = await send({ type: 'ask', text: 'What is it?', media: [photo()] });
    const { messages, id, title } = await chat.open();
    const [kept] = messages[0]?.media ?? [];
    expect(kept).toMatchObject({ name: 'cat.png', type: 'image/png', byteLength: 3 });
    expect(started).toMatchObject({ type: 'started', media: [kept] });
    expect(title).toBe('What is it?');
    const store = await storage.chats();
    expect(store.media(id, kept?.id ?? '').bytes).toEqual(photo().bytes);
    expect(() => store.media('another', kept?.id ?? '')).toThrow();
    const given = { id: kept?.id, kind: 'image', bytes: photo().bytes };
    expect(asked()).toMatchObject({ question: 'What is it?', media: [given] });
    await send({ type: 'ask', text: 'And its colour?' });
    expect(asked()?.media).toBeUndefined();
    expect(asked()?.history[0]).toMatchObject({ text: 'What is it?', media: [given] });
    await send({ type: 'retry' });
    expect(asked()?.history[0]?.media).toEqual([given]);
  });

  it('may be all that is asked, and names the chat', async () => {
    const { chat, send, asked } = create();
    await send({ type: 'ask', text: '', media: [photo('holiday.png')] });
    expect(asked()).toMatchObject({ question: '', media: [{ kind: 'image' }] });
    expect((await chat.open()).title).toBe('holiday.png');
    await expect(send({ type: 'ask', text: '' })).rejects.toMatchObject({ code: 'TEXT_EMPTY' });
  });

  it('is refused by a model that reads text only, before anything is changed', async () => {
    const { chat, send } = create();
    await expect(
      send({ type: 'ask', text: 'What is it?', media: [photo()] }, 'reader'),
    ).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED', message: expect.stringContaining('reader') });
    expect((await chat.open()).messages).toEqual([]);
    expect(await chat.takes((await chat.open()).id)).toEqual({ kinds: [], model: 'reader' });
  });

  it('is there by its name for a model that is taken later and reads text only', async () => {
    const { send, asked } = create();
    await send({ type: 'ask', text: 'What is it?', media: [photo()] });
    await send({ type: 'ask', text: 'And now?' }, 'reader');
    expect(asked()?.history[0]).toEqual({ role: 'user', text: '[cat.png]\nWhat is it?' });
  });

  it('stays when something else is asked about it', async () => {
    const { chat, storage, send, asked } = create();
    await send({ type: 'ask', text: 'What is it?', media: [photo()] });
    const first = (await chat.open()).messages[0];
    await send({ type: 'ask', text: 'Who is it?', instead: first?.id ?? '' });
    expect(asked()).toMatchObject({ question: 'Who is it?', media: [{ kind: 'image' }] });
    const { id, messages } = await chat.open();
    // A copy of its own: the first question may be deleted.
    (await storage.chats()).remove(id, first?.id ?? '');
    const [kept] = messages[0]?.media ?? [];
    expect((await storage.chats()).media(id, kept?.id ?? '').bytes).toEqual(photo().bytes);
  });

  it('is left out where an answer goes on: that is read as one text', async () => {
    const { send, asked } = create();
    await send({ type: 'ask', text: 'What is it?', media: [photo()] });
    await send({ type: 'continue' });
    expect(asked()).toMatchObject({ question: '[cat.png]\nWhat is it?', begun: 'A cat.' });
    expect(asked()?.media).toBeUndefined();
  });
});
