// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MEDIA_LIMITS } from '../../../contract/media.ts';
import { HEADS, pngOf } from '../../support/picture-bombs.ts';
import { closePage, openPage, type Page } from './page.tsx';

/** What the browser makes of a picture: it has no size here, and bytes of our own. */
const WRITTEN = new Uint8Array([1, 2, 3]);
let drawn: Array<[number, number]> = [];
let size = { width: 3000, height: 1500 };

beforeEach(() => {
  drawn = [];
  size = { width: 3000, height: 1500 };
  vi.stubGlobal('createImageBitmap', async (file: File) => {
    if (file.name.startsWith('broken')) throw new DOMException('no picture');
    return { ...size, close: () => undefined };
  });
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      constructor(width: number, height: number) {
        drawn.push([width, height]);
      }
      getContext = () => ({ fillRect: () => undefined, drawImage: () => undefined });
      convertToBlob = async () => ({ arrayBuffer: async () => WRITTEN.slice().buffer });
    },
  );
  URL.createObjectURL = vi.fn(() => 'blob:picture');
  URL.revokeObjectURL = vi.fn();
});

afterEach(() => {
  closePage();
  vi.unstubAllGlobals();
});

const picture = (name = 'cat.png', bytes: Buffer = pngOf(30, 15)) =>
  new File([new Uint8Array(bytes)], name, { type: 'image/png' });
const choose = (page: Page, ...files: File[]) => page.user.upload(screen.getByTestId('attach-input'), files);

async function openSeeing(): Promise<Page> {
  const page = await openPage();
  page.core.answer('chat.takes', () => ({ ok: true, value: { kinds: ['image'], model: 'Seer' } }));
  return page;
}

describe('a picture', () => {
  it('goes along with the message, made smaller and written anew, and is shown with it', async () => {
    const page = await openSeeing();
    const media = { id: 'm1', name: 'cat.png', type: 'image/jpeg' as const, byteLength: 3 };
    page.core.answer('chat.media', () => ({ ok: true, value: { type: 'image/jpeg', bytes: WRITTEN } }));
    await choose(page, picture());
    expect((await screen.findByTestId('attached-media')).textContent).toBe('cat.png');
    expect(drawn).toEqual([[1024, 512]]);
    await page.user.type(screen.getByTestId('composer-input'), 'What is it?{Enter}');
    const sent = { name: 'cat.png', type: 'image/jpeg', bytes: WRITTEN };
    expect(page.core.last().input.action).toEqual({ type: 'ask', text: 'What is it?', media: [sent] });
    await page.say({ type: 'started', questionId: 'q1', answerId: 'a1', media: [media] });
    expect(screen.queryByTestId('attached-media')).toBeNull();
    expect((await screen.findByTestId('message-picture')).getAttribute('alt')).toBe('Picture: cat.png');
    expect(page.core.called.find(({ name }) => name === 'chat.media')?.input).toMatchObject({ id: 'm1' });
  });

  it('may go without a word, and be taken away again', async () => {
    const page = await openSeeing();
    await choose(page, picture('a.png'), picture('b.png'));
    await waitFor(() => expect(screen.getAllByTestId('attached-media')).toHaveLength(2));
    await page.user.click(screen.getByRole('button', { name: 'Remove a.png' }));
    expect(URL.revokeObjectURL).toHaveBeenCalledOnce();
    await page.user.click(screen.getByTestId('send'));
    expect(page.core.last().input.action).toMatchObject({ text: '', media: [{ name: 'b.png' }] });
  });

  it('is refused before sending by a model that reads text only, which is named', async () => {
    const page = await openPage();
    page.core.answer('chat.takes', () => ({ ok: true, value: { kinds: [], model: 'Reader 1B' } }));
    await choose(page, picture());
    await waitFor(() => expect(screen.getByTestId('error-code').textContent).toBe('(MEDIA_UNSUPPORTED)'));
    expect(screen.getByRole('alert').textContent).toContain('Reader 1B reads text only.');
    expect(screen.getByRole('alert').textContent).toContain('choose one that takes pictures');
    expect(screen.queryByTestId('attached-media')).toBeNull();
    expect(drawn).toEqual([]);
  });

  it('that cannot be read is said, and the others are taken, up to what a message may have', async () => {
    const page = await openSeeing();
    await choose(page, picture('broken.png'), picture('good.png'));
    await waitFor(() => expect(screen.getAllByTestId('attached-media')).toHaveLength(1));
    expect(screen.getByTestId('error-code').textContent).toBe('(MEDIA_UNREADABLE)');
    await choose(page, ...Array.from({ length: MEDIA_LIMITS.count }, (_, i) => picture(`${i}.png`)));
    await waitFor(() => expect(screen.getAllByTestId('attached-media')).toHaveLength(MEDIA_LIMITS.count));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('At most 4 pictures'));
  });

  it('stays where the question is refused', async () => {
    const page = await openSeeing();
    await choose(page, picture());
    await screen.findByTestId('attached-media');
    await page.user.click(screen.getByTestId('send'));
    await page.say({ type: 'failed', error: { code: 'MEDIA_UNSUPPORTED', message: 'no' } });
    expect(screen.getByTestId('attached-media')).toBeTruthy();
  });

  it('that is small stays as it is', async () => {
    size = { width: 300, height: 20 };
    const page = await openSeeing();
    await choose(page, picture());
    await screen.findByTestId('attached-media');
    expect(drawn).toEqual([[300, 20]]);
  });
});

describe('a sound', () => {
  const voice = () => new File([new Uint8Array([0xff, 0xfb, 0, 1])], 'note.mp3', { type: 'audio/mpeg' });

  it('goes to a model that hears as a WAV file, mono and 16 kHz', async () => {
    const channels = [Float32Array.of(1, 0, -1), Float32Array.of(0, 0, -1)];
    vi.stubGlobal(
      'OfflineAudioContext',
      class {
        decodeAudioData = async () => ({
          length: 3,
          numberOfChannels: 2,
          getChannelData: (at: number) => channels[at],
        });
      },
    );
    const page = await openPage();
    page.core.answer('chat.takes', () => ({ ok: true, value: { kinds: ['audio'], model: 'Hearer' } }));
    await choose(page, voice());
    expect((await screen.findByTestId('attached-media')).textContent).toBe('note.mp3');
    await page.user.click(screen.getByTestId('send'));
    const action = page.core.last().input.action;
    const bytes = action.type === 'ask' ? action.media?.[0]?.bytes : undefined;
    const view = new DataView(bytes?.buffer ?? new ArrayBuffer(0));
    expect(new TextDecoder().decode(bytes?.slice(0, 16))).toMatch(/^RIFF....WAVEfmt $/s);
    expect([22, 34, 40].map((at) => view.getUint16(at, true))).toEqual([1, 16, 6]);
    expect([24, 28].map((at) => view.getUint32(at, true))).toEqual([16_000, 32_000]);
    expect([44, 46, 48].map((at) => view.getInt16(at, true))).toEqual([16_383, 0, -32_767]);
  });

  it('is what Transcribe is for where the model does not hear', async () => {
    const page = await openSeeing();
    await choose(page, voice());
    await waitFor(() => expect(screen.getByTestId('error-code').textContent).toBe('(FILE_TEXT)'));
    expect(screen.getByRole('alert').textContent).toContain('sound goes to Transcribe');
  });
});

/** A WebP cannot say none; the others say a second one. */
const HAVE_MORE_SIZES: ReadonlySet<string> = new Set(['webp', 'gif', 'avif']);

describe.each(Object.entries(HEADS))('a picture that would take all memory: %s', (kind, head) => {
  const bombs: Array<[string, Buffer]> = [
    ['claims 60,000 x 60,000', head(60_000, 60_000)],
    ['says no size', head(640, 480).subarray(0, 12)],
  ];
  if (!HAVE_MORE_SIZES.has(kind)) bombs.push(['has no pixel', head(0, 480)]);
  it.each(bombs)('is refused without being opened: it %s', async (_, bytes) => {
    const page = await openSeeing();
    const open = vi.fn(createImageBitmap);
    vi.stubGlobal('createImageBitmap', open);
    await choose(page, picture('bomb.png', bytes), picture());
    expect((await screen.findByTestId('attached-media')).textContent).toBe('cat.png');
    expect(screen.getByRole('alert').textContent).toContain('bomb.png');
    expect(screen.getByTestId('error-code').textContent).toBe('(MEDIA_UNREADABLE)');
    expect(open).toHaveBeenCalledTimes(1);
  });
});
