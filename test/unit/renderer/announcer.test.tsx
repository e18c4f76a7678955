// @vitest-environment jsdom
import { screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import en from '../../../contract/locales/en.json';
import { answer, closePage, DONE, delta, openPage, question, STARTED, STATS } from './page.tsx';

afterEach(closePage);

const input = () => screen.getByTestId('composer-input');
const said = () => screen.getByTestId('announcer').textContent;
const OLD = [question('q0', 'Old'), answer('a0', 'Old answer')];

describe('what a screen reader is told', () => {
  it('is the start and the end of an answer, never its text', async () => {
    const page = await openPage((core) => core.hold(OLD));
    expect(said()).toBe('');
    await page.user.type(input(), 'Hi{Enter}');
    expect(said()).toBe(en.announce.answering);
    await page.say(STARTED, delta('secret words'));
    await page.frame();
    expect(said()).toBe(en.announce.answering);
    await page.say(DONE);
    expect(said()).toBe(en.announce.finished);
    const live = [...document.querySelectorAll('[aria-live], [role="status"], [role="log"]')];
    expect(live.map((element) => element.textContent).join()).not.toContain('secret');
  });

  it('is that it was stopped', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Hi{Enter}');
    await page.say(STARTED, delta('a'));
    await page.user.keyboard('{Escape}');
    expect(said()).toBe(en.announce.stopped);
  });

  it('is that it failed, in words', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Hi{Enter}');
    await page.say(STARTED, { type: 'failed', error: { code: 'ENGINE_HUNG', message: 'x' } });
    expect(said()).toBe(`The answer failed. ${en.errors.ENGINE_HUNG.title}`);
  });

  it('is never that an older answer is finished when a question was refused or stopped at once', async () => {
    const page = await openPage((core) => core.hold(OLD));
    await page.user.type(input(), 'Hi{Enter}');
    await page.say({ type: 'failed', error: { code: 'ENGINE_BUSY', message: 'x' } });
    // The refusal itself is an alert beside the composer.
    expect(said()).toBe('');
    await page.user.type(input(), '!{Enter}{Escape}');
    await page.say({ type: 'done', reason: 'cancelled', stats: { ...STATS, completionTokens: 0 } });
    expect(said()).toBe('');
  });
});
