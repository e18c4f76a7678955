// @vitest-environment jsdom
import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelEntry } from '../../../../contract/library.ts';
import { show } from '../../../../renderer/features/models/models-store.ts';
import { goTo } from '../../../../renderer/features/places/places-store.ts';
import { useSpeed } from '../../../../renderer/features/speed/speed-store.ts';
import type { FakeBridge } from '../../../support/fake-bridge.ts';
import { MODEL } from '../../../support/fake-replies.ts';
import { hearingRow, profileRow, profileRun } from '../../../support/profiles.ts';
import { closePage, openPage } from '../page.tsx';

const before = useSpeed.getState();
beforeEach(() => useSpeed.setState(before, true));
afterEach(closePage);

const entry = (id: string, change: Partial<ModelEntry> = {}): ModelEntry => ({
  id,
  name: id,
  maker: '',
  task: 'chat',
  licence: 'Apache-2.0',
  quantization: 'INT4',
  sizeBytes: MODEL.sizeBytes,
  languages: ['en'],
  modalities: ['text'],
  origin: 'built-in',
  state: { state: 'ready' },
  chosen: false,
  recommended: false,
  runnable: true,
  gated: false,
  summary: '',
  ...change,
});

async function openSpeed(prepare: (core: FakeBridge) => void = () => undefined) {
  const page = await openPage((core) => {
    core.holdModels({ entries: [entry('starter', { chosen: true }), entry('other')] });
    prepare(core);
  });
  await act(async () => {
    goTo('models');
    show('speed');
  });
  return page;
}

const press = (page: Awaited<ReturnType<typeof openPage>>, id: string) =>
  page.user.click(screen.getByTestId(id));

describe('the place where speed is measured', () => {
  it('asks for what is ticked, tells how far it is, and shows what came', async () => {
    const page = await openSpeed();
    expect(await screen.findByText(/Nothing was measured yet/)).toBeTruthy();
    await press(page, 'speed-option-other');
    await press(page, 'speed-option-256');
    await press(page, 'measure');
    const [run] = page.core.profiles;
    expect(run?.input).toMatchObject({
      models: ['starter', 'other'],
      devices: ['cpu'],
      threads: [],
      promptTokens: [64, 1024],
      rounds: 5,
    });
    const { figures: _, ...now } = profileRow();
    await act(async () => run?.say({ type: 'progress', done: 3, total: 12, now }));
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25');
    const measured = profileRun();
    page.core.answer('profile.list', () => ({ ok: true, value: [measured] }));
    await act(async () => run?.say({ type: 'done', run: measured }));
    const table = await screen.findByTestId('speed-table-chat');
    expect(within(table).getByText('90 / 120')).toBeTruthy();
    expect(screen.getByText(/Tokens written a second/)).toBeTruthy();
    expect(screen.getByText('The measurement is there.')).toBeTruthy();
    await press(page, 'metric-memory');
    expect(screen.getByText(/Megabytes of memory/)).toBeTruthy();
  });

  it('measures what hears with sound, and shows it in a table of its own', async () => {
    const page = await openSpeed((core) =>
      core.holdModels({
        entries: [
          entry('starter', { chosen: true }),
          entry('whisper', { task: 'speech', chosen: true }),
          entry('reader', { task: 'embedding' }),
        ],
      }),
    );
    // What neither answers nor hears is not offered, and sound only where something hears it.
    expect(screen.queryByTestId('speed-option-reader')).toBeNull();
    expect(screen.queryByTestId('speed-option-5')).toBeNull();
    await press(page, 'speed-option-whisper');
    await press(page, 'speed-option-5');
    await press(page, 'speed-option-starter');
    expect(screen.queryByTestId('speed-option-64')).toBeNull();
    await press(page, 'measure');
    const [run] = page.core.profiles;
    expect(run?.input).toMatchObject({ models: ['whisper'], soundSeconds: [30] });
    const { figures: _, ...now } = hearingRow();
    await act(async () => run?.say({ type: 'progress', done: 3, total: 12, now }));
    expect(screen.getByText('Whisper base on the CPU: 30 s of speech')).toBeTruthy();
    const accuracy = { changedWordsPercent: 0.5, klDivergence: 0.0025, top1Percent: 99.3 };
    const measured = profileRun({ rows: [hearingRow({ accuracy })] });
    page.core.answer('profile.list', () => ({ ok: true, value: [measured] }));
    await act(async () => run?.say({ type: 'done', run: measured }));
    const table = await screen.findByTestId('speed-table-speech');
    expect(within(table).getByText('1,000 / 1,100')).toBeTruthy();
    expect(within(table).getByText('0.5 %')).toBeTruthy();
    expect(screen.queryByTestId('speed-table-chat')).toBeNull();
    // Writing is what the chart shows at first; nothing here writes answers.
    expect(screen.queryByTestId('metric-decode')).toBeNull();
    expect(screen.getByTestId('metric-hearing').getAttribute('aria-pressed')).toBe('true');
  });

  it('measures nothing where nothing is ticked', async () => {
    const page = await openSpeed();
    await press(page, 'speed-option-starter');
    expect((screen.getByTestId('measure') as HTMLButtonElement).disabled).toBe(true);
    expect(page.core.profiles).toEqual([]);
  });

  it('stops, and shows what core kept', async () => {
    const page = await openSpeed();
    await press(page, 'measure');
    await press(page, 'stop-measuring');
    expect(page.core.profiles[0]?.isCancelled).toBe(true);
    page.core.answer('profile.list', () => ({ ok: true, value: [profileRun({ isWhole: false })] }));
    await act(async () => page.core.tell('profile.changed', undefined));
    expect((await screen.findByTestId('speed-run')).textContent).toContain('stopped before its end');
  });

  it('says why it could not be measured, as a whole and in part', async () => {
    const page = await openSpeed();
    await press(page, 'measure');
    const error = { code: 'ENGINE_BUSY', message: 'Sotto is answering.', hint: 'Wait.' } as const;
    await act(async () => page.core.profiles[0]?.say({ type: 'failed', error }));
    expect(screen.getByTestId('error-note').textContent).toContain('Sotto is answering.');
    const { figures: _, ...row } = profileRow();
    const failed = {
      ...row,
      error: { code: 'CONTEXT_FULL', message: 'This model holds 2048 tokens.' } as const,
    };
    page.core.answer('profile.list', () => ({ ok: true, value: [profileRun({ rows: [failed] })] }));
    await act(async () => page.core.tell('profile.changed', undefined));
    expect((await screen.findByTestId('speed-failed')).textContent).toContain(
      'This model holds 2048 tokens.',
    );
  });

  it('has always something to look at, and forgets what is gone', async () => {
    const runs = [profileRun({ id: 'new' }), profileRun({ id: 'old' })];
    const page = await openSpeed((core) => core.answer('profile.list', () => ({ ok: true, value: runs })));
    await waitFor(() => expect(screen.getAllByTestId('speed-run')).toHaveLength(2));
    expect(useSpeed.getState().chosen).toEqual(['new']);
    page.core.answer('profile.list', () => ({ ok: true, value: runs.slice(1) }));
    await act(async () => page.core.tell('profile.changed', undefined));
    await waitFor(() => expect(useSpeed.getState().chosen).toEqual(['old']));
  });
});
