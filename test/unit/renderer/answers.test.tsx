// @vitest-environment jsdom
import { act, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type ModelEntry, modelEntrySchema } from '../../../contract/library.ts';
import { ask } from '../../../renderer/features/chat/asking.ts';
import { useChat } from '../../../renderer/features/chat/chat-state.ts';
import { fakeCopying } from './copying.ts';
import { answer, closePage, DONE, delta, openPage, type Page, question, STARTED, STATS } from './page.tsx';

afterEach(closePage);

const readyModel = (id: string): ModelEntry =>
  modelEntrySchema.parse({
    id,
    name: id,
    maker: 'Somebody',
    task: 'chat',
    runnable: true,
    summary: '',
    licence: 'MIT',
    gated: false,
    languages: [],
    modalities: ['text'],
    quantization: 'INT4',
    origin: 'import',
    recommended: false,
    chosen: false,
    state: { state: 'ready' },
  });

const input = () => screen.getByTestId('composer-input') as HTMLTextAreaElement;

describe('a finished answer', () => {
  it('tells speed, delay, context and device on demand only', async () => {
    const page = await openPage((core) =>
      core.hold([question('q', 'Q'), answer('a', 'A', { stats: STATS })]),
    );
    expect(screen.queryByTestId('details')).toBeNull();
    const toggle = screen.getByTestId('details-toggle');
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    await page.user.click(toggle);
    const details = screen.getByTestId('details');
    for (const words of [
      '41.5 tokens/s',
      '0.25 s',
      '1.5 s',
      '46 of 2,048 tokens',
      'CPU',
      '210 MB',
      '12 tokens',
    ])
      expect(details.textContent).toContain(words);
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    expect(toggle.getAttribute('aria-controls')).toBe(details.id);
    await page.user.click(toggle);
    expect(screen.queryByTestId('details')).toBeNull();
  });

  it('knows what stands beside it without being read from core', async () => {
    const page = await openPage((core) => core.hold([question('q', 'Q'), answer('a', 'A')]));
    const readings = () => page.core.called.filter(({ name }) => name === 'chat.open').length;
    const before = readings();
    await page.user.click(screen.getByTestId('regenerate'));
    const versions = { questionVersions: ['q'], answerVersions: ['a', 'a2'] };
    await page.say({ type: 'started', questionId: 'q', answerId: 'a2', ...versions }, delta('No.'), DONE);
    const shown = useChat.getState().messages.map(({ id, versions: beside }) => [id, beside]);
    expect(shown).toEqual([
      ['q', undefined],
      ['a2', ['a', 'a2']],
    ]);
    expect(readings()).toBe(before);
  });

  it('is written by another model too, and the two are compared', async () => {
    const one = answer('a', 'Paris.', { stats: { ...STATS, model: 'small' }, versions: ['a', 'b'] });
    const two = answer('b', 'Paris, on the Seine.', { stats: { ...STATS, model: 'large' } });
    const page = await openPage((core) => {
      core.hold([question('q', 'Q'), one]);
      core.holdModels({ entries: [readyModel('small'), readyModel('large')] });
      core.answer('chat.versions', () => ({ ok: true, value: [one, two] }));
    });
    await page.user.click(screen.getByTestId('compare'));
    const columns = within(await screen.findByTestId('compared')).getAllByRole('region');
    expect(columns.map((column) => column.getAttribute('aria-label'))).toEqual(['small', 'large']);
    expect(columns[1]?.textContent).toContain('Paris, on the Seine.');
    await page.user.selectOptions(screen.getByTestId('again-with'), 'large');
    expect(page.core.last().input).toMatchObject({
      action: { type: 'retry' },
      settings: { modelId: 'large' },
    });
  });

  it('goes on where it was cut', async () => {
    const cut = answer('a', 'It beg', { state: 'length', limit: 'max-tokens' });
    const page = await openPage((core) => core.hold([question('q', 'Q'), cut]));
    await page.user.click(screen.getByTestId('continue'));
    expect(page.core.last().input.action).toEqual({ type: 'continue' });
    await page.say({ type: 'started', questionId: 'q', answerId: 'a', assistantPrefix: 'It beg' });
    expect(screen.getAllByTestId('message-assistant')).toHaveLength(1);
    await page.say(delta('an well.'), DONE);
    expect(screen.getByTestId('answer-text').textContent).toBe('It began well.');
    expect(screen.queryByTestId('continue')).toBeNull();
  });

  it('is deleted with what follows, after a question', async () => {
    const page = await openPage((core) => core.hold([question('q', 'Q'), answer('a', 'A')]));
    const [first] = screen.getAllByTestId('remove-from');
    await page.user.click(first as HTMLElement);
    expect(page.core.called.map(({ name }) => name)).not.toContain('chat.removeFrom');
    page.core.hold([]);
    await page.user.click(screen.getByTestId('confirm-remove-from'));
    expect(page.core.called.findLast(({ name }) => name === 'chat.removeFrom')?.input).toMatchObject({
      messageId: 'q',
    });
    expect(screen.queryByText('A')).toBeNull();
  });

  it('hides what was thought, which is not copied either', async () => {
    const text = '<think>first this</think>\n\nThen that.';
    await openPage((core) => core.hold([question('q', 'Q'), answer('a', text)]));
    const clipboard = fakeCopying();
    expect(screen.getByTestId('answer-text').textContent).toBe('Then that.');
    expect((screen.getByTestId('thought') as HTMLDetailsElement).open).toBe(false);
    expect(screen.getByTestId('thought').textContent).toContain('first this');
    act(() => screen.getByText('Copy answer').click());
    expect(clipboard.text).toBe('Then that.');
  });

  it('is copied as it was written, not as it is drawn', async () => {
    const text = '# Title\n\n**bold** and `code`\n';
    const page = await openPage((core) => core.hold([question('q', 'Q'), answer('a', text)]));
    const clipboard = fakeCopying();
    await page.user.click(screen.getByText('Copy answer'));
    expect(clipboard.text).toBe(text);
    expect(screen.getByText('Copied')).toBeTruthy();
  });

  it.each([
    ['context', 'The model can hold no more', true],
    ['max-tokens', 'reached its length limit', false],
  ] as const)('says that its limit was %s', async (limit, words, offersNewChat) => {
    const page = await openPage();
    await page.user.type(input(), 'Long{Enter}');
    await page.say(STARTED, delta('part'), { type: 'done', reason: 'length', limit, stats: STATS });
    const shown = screen.getByTestId('message-assistant');
    expect(shown.getAttribute('data-state')).toBe('length');
    expect(shown.textContent).toContain('part');
    expect(shown.textContent).toContain(words);
    expect(within(shown).queryAllByText('New chat')).toHaveLength(offersNewChat ? 1 : 0);
  });

  it('is not drawn again while another one streams', async () => {
    const page = await openPage((core) =>
      core.hold([question('q', 'Q'), answer('a', 'Some **bold** text\n\n- a\n- b')]),
    );
    await page.user.type(input(), 'More{Enter}');
    await page.say(STARTED, delta('x '));
    await page.frame();
    const [finished, live] = screen.getAllByTestId('message-assistant');
    if (finished === undefined || live === undefined) throw new Error('two answers expected');
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(finished, { subtree: true, childList: true, attributes: true, characterData: true });
    // React writes the props it drew last beside every element: the same objects mean that nothing was drawn.
    const drawn = () => [...finished.querySelectorAll('*')].map(propsOf);
    const before = drawn();
    const liveBefore = propsOf(live.querySelector('[data-testid="answer-text"]'));
    for (let i = 0; i < 20; i += 1) {
      await page.say(delta(`word${i} `));
      await page.frame();
    }
    expect(live.textContent).toContain('word19');
    expect(propsOf(live.querySelector('[data-testid="answer-text"]'))).not.toBe(liveBefore);
    const after = drawn();
    expect(after.every((props, index) => props !== undefined && props === before[index])).toBe(true);
    observer.disconnect();
    expect(changes).toEqual([]);
  });
});

describe('an answer that was stopped', () => {
  const stop = async (page: Page) => {
    await page.user.type(input(), 'Long{Enter}');
    await page.say(STARTED, delta('part'));
    await page.user.keyboard('{Escape}');
  };

  it('tells the figures that core has of it, and none that were not measured', async () => {
    const page = await openPage();
    const stats = { ...STATS, completionTokens: 7, promptTokens: 0, loadMs: 0, contextTokens: 0 };
    await stop(page);
    expect(screen.queryByTestId('details-toggle')).toBeNull();
    await page.say({ type: 'done', reason: 'cancelled', stats });
    await page.user.click(screen.getByTestId('details-toggle'));
    const details = screen.getByTestId('details').textContent;
    for (const words of ['7 tokens', '41.5 tokens/s', '0.25 s', 'CPU']) expect(details).toContain(words);
    for (const words of ['of 2,048', 'Model loaded']) expect(details).not.toContain(words);
  });

  it('has its figures though another question was asked before they came', async () => {
    const page = await openPage();
    await stop(page);
    const stopped = page.core.last();
    await act(async () => ask('Again'));
    await page.say({ type: 'started', questionId: 'q2', answerId: 'a2' }, delta('x'));
    await act(async () => stopped.say({ type: 'done', reason: 'cancelled', stats: STATS }));
    expect(useChat.getState().messages.find(({ id }) => id === 'a1')?.stats).toEqual(STATS);
    expect(useChat.getState().live?.id).toBe('a2');
  });
});

describe('an answer that streams', () => {
  it('is the same element when it is finished: what is selected in it stays selected', async () => {
    const page = await openPage();
    await page.user.type(input(), 'More{Enter}');
    await page.say(STARTED, delta('# Title\n\nSome **bold** text.'));
    await page.frame();
    const place = screen.getByTestId('answer-text').querySelector('strong')?.firstChild;
    if (place === null || place === undefined) throw new Error('no text');
    getSelection()?.selectAllChildren(place);
    await page.say(delta('\n\nThe end.'), DONE);
    expect(screen.getByTestId('message-assistant').getAttribute('data-state')).toBe('complete');
    expect(place.isConnected).toBe(true);
    expect(getSelection()?.anchorNode).toBe(place);
  });

  it('draws only its last block again; what came before stays as it is', async () => {
    const page = await openPage();
    await page.user.type(input(), 'More{Enter}');
    await page.say(STARTED, delta('# Title\n\nSome **bold** text.\n\n- a\n- b\n\nThe last '));
    await page.frame();
    const [title, text, list, last] = screen.getByTestId('answer-text').querySelectorAll('h3, p, ul');
    const before = [title, text, list].map(propsOf);
    await page.say(delta('one grows.'));
    await page.frame();
    expect(last?.textContent).toBe('The last one grows.');
    expect(before).not.toContain(undefined);
    expect([title, text, list].map((element, index) => propsOf(element) === before[index])).toEqual([
      ...[true, true, true],
    ]);
  });
});

describe('a question', () => {
  it('is shown exactly as it was written, Markdown and HTML included', async () => {
    const text = '<b>not bold</b> **nor this** [x](https://a.test)\n  kept';
    await openPage((core) => core.hold([question('q', text)]));
    const shown = screen.getByTestId('message-user');
    expect(shown.textContent).toContain(text);
    expect(shown.querySelector('b, strong, a')).toBeNull();
  });

  it('is folded when it is long, and unfolded on demand', async () => {
    const text = `${'word '.repeat(2000)}end.`;
    const page = await openPage((core) => core.hold([question('q', text)]));
    const shown = screen.getByTestId('message-user');
    expect(shown.textContent).not.toContain('end.');
    const fold = within(shown).getByRole('button');
    expect(fold.getAttribute('aria-expanded')).toBe('false');
    expect(fold.textContent).toContain(text.length.toLocaleString('en'));
    await page.user.click(fold);
    expect(shown.textContent).toContain(text);
    await page.user.click(within(shown).getByRole('button'));
    expect(shown.textContent).not.toContain('end.');
  });
});

/** The props object that React last drew an element with. */
function propsOf(element: Element | null | undefined): unknown {
  if (element === null || element === undefined) return undefined;
  const key = Object.keys(element).find((name) => name.startsWith('__reactProps$'));
  return key === undefined ? undefined : Reflect.get(element, key);
}
