import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecordingSession } from '../../../../renderer/features/record/recording-session.ts';
import {
  NEW_VIEW,
  type SessionEnd,
  type SessionView,
} from '../../../../renderer/features/record/session-view.ts';
import { fakeDisk, fakeMicrophones } from '../../../support/fake-recording.ts';

const DAY = new Date('2026-01-01T09:00:00Z');

beforeEach(() => vi.useFakeTimers({ now: DAY }));
afterEach(() => vi.useRealTimers());

async function start({ deviceId }: { deviceId?: string } = {}) {
  const microphones = fakeMicrophones();
  const disk = fakeDisk();
  let view: SessionView = NEW_VIEW;
  let end: SessionEnd | undefined;
  const session = await RecordingSession.start(
    { title: 'Ward round', deviceId, settings: {} },
    {
      openMicrophone: microphones.open,
      openStream: disk.open,
      tell: (change) => {
        view = { ...view, ...change };
      },
      ended: (how) => {
        end = how;
      },
    },
  );
  const finish = async () => {
    void session.stop();
    await vi.advanceTimersByTimeAsync(2_000);
    disk.stop();
    return end;
  };
  return {
    microphones,
    disk,
    session,
    finish,
    view: () => view,
    end: () => end,
    kept: () => [...disk.recordings.values()].flat(),
    /** All that left the microphone, to the last half piece; each sample is its own number. */
    heard: () => [...microphones.said, ...microphones.last].sort((a, b) => a - b),
  };
}

const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a recording in the page', () => {
  it('brings every sample to the disk, once, and tells how far it is', async () => {
    const { finish, microphones, kept, view, heard } = await start();
    await after(10_000);
    expect(view()).toMatchObject({ phase: 'recording', device: 'Built-in', elapsedMs: 10_000 });
    expect(view().savedMs).toBeGreaterThan(9_000);
    const end = await finish();
    // To the last half of a piece.
    expect(microphones.last).toHaveLength(800);
    expect(kept()).toEqual(heard());
    expect(end).toMatchObject({ savedMs: kept().length / 16, error: undefined });
    expect(end?.recordingIds).toHaveLength(1);
  });

  it('leaves out what is said in a pause', async () => {
    const { session, finish, microphones, kept, disk, view } = await start();
    await after(3_000);
    session.pause();
    const before = microphones.said.length;
    await after(5_000);
    expect(view()).toMatchObject({ phase: 'paused', elapsedMs: 3_000 });
    const paused = microphones.said.length;
    session.resume();
    await after(2_000);
    await finish();
    expect(kept()).toEqual([
      ...microphones.said.slice(0, before),
      ...microphones.said.slice(paused),
      ...microphones.last,
    ]);
    expect(disk.marks).toEqual(['pause', 'resume']);
  });

  it('loses nothing when core dies 20 times: the next one goes on with the same recording', async () => {
    const { finish, kept, disk, heard } = await start();
    for (let i = 0; i < 20; i += 1) {
      await after(700 + 173 * i);
      disk.kill(i % 3 !== 2);
    }
    await after(10_000);
    const end = await finish();
    expect(end?.recordingIds).toHaveLength(1);
    expect(kept()).toEqual(heard());
    expect(disk.opened.slice(1).every(({ continues }) => continues === end?.recordingIds[0])).toBe(true);
  });

  it('holds the sound while core is away for some seconds, and gives up with an error after many', async () => {
    const { finish, microphones, kept, disk, view, end } = await start();
    await after(2_000);
    disk.setUp(false);
    disk.kill();
    await after(5_000);
    expect(view().phase).toBe('recording');
    disk.setUp(true);
    await after(2_000);
    disk.setUp(false);
    disk.kill();
    await after(30_000);
    expect(end()?.error).toMatchObject({ code: 'CORE_CRASHED' });
    expect(end()?.recordingIds).toHaveLength(1);
    // The first time without a hole; of the last seconds there was nobody to take them.
    expect(kept()).toEqual(microphones.said.slice(0, kept().length));
    expect(kept().length).toBeGreaterThan(16 * 8_000);
    await finish();
  });

  it('begins another recording where core does not let go of the first, without a hole between them', async () => {
    const { finish, kept, disk, view, heard } = await start();
    await after(2_000);
    disk.hold();
    disk.kill();
    await after(8_000);
    expect(view().savedMs).toBeGreaterThan(9_000);
    const end = await finish();
    expect(end?.recordingIds).toHaveLength(2);
    expect(kept()).toEqual(heard());
    expect(end?.savedMs).toBe(kept().length / 16);
  });

  it('goes on after each of 20 losses of its microphone, all that it said is kept', async () => {
    const { finish, microphones, kept, view, heard } = await start({ deviceId: 'usb' });
    for (let i = 0; i < 20; i += 1) {
      await after(1_500 + 37 * i);
      microphones.unplug(i % 2 === 0);
      await after(4_000);
      expect(view()).toMatchObject({ phase: 'interrupted', notice: { code: 'MIC_LOST' } });
      microphones.plug();
      await after(2_500);
      expect(view()).toMatchObject({ phase: 'recording', notice: undefined });
    }
    await finish();
    expect(kept()).toEqual(heard());
  });

  it('takes another microphone when the chosen one stays away', async () => {
    const { finish, microphones, kept, view, heard } = await start({ deviceId: 'usb' });
    await after(1_000);
    expect(view().device).toBe('usb');
    microphones.unplug();
    microphones.setMissing('usb');
    microphones.plug();
    await after(500);
    expect(view()).toMatchObject({ phase: 'recording', device: 'Built-in', notice: undefined });
    expect(microphones.opened).toEqual(['usb', 'usb', undefined]);
    await finish();
    expect(kept()).toEqual(heard());
  });

  it('goes on after each of 10 sleeps with a microphone opened anew, and says how long it slept', async () => {
    const { finish, microphones, kept, view, disk, heard } = await start();
    for (let i = 0; i < 10; i += 1) {
      await after(2_000);
      // Nothing runs in a computer that sleeps; afterwards its clock has moved.
      vi.setSystemTime(Date.now() + 60_000);
      // Many a driver gives nothing after that.
      microphones.setFlowing(i % 2 === 0);
      await after(1_100);
      microphones.setFlowing(true);
      await after(3_000);
      expect(view().phase).toBe('recording');
    }
    await finish();
    expect(kept()).toEqual(heard());
    expect(view().sleptMs).toBeGreaterThanOrEqual(600_000);
    expect(view().sleptMs).toBeLessThan(620_000);
    expect(microphones.opened).toHaveLength(11);
    expect(disk.marks).toHaveLength(20);
  });

  it('ends with the reason when the disk is full, and what was saved is kept', async () => {
    const { disk, end, finish, kept } = await start();
    await after(3_000);
    disk.fill();
    await after(500);
    expect(end()).toMatchObject({ error: { code: 'DISK_FULL' }, recordingIds: [expect.any(String)] });
    expect(kept().length).toBeGreaterThan(16 * 2_000);
    await finish();
  });

  it('does not begin without a microphone', async () => {
    const disk = fakeDisk();
    const microphones = fakeMicrophones();
    microphones.unplug(false);
    const parts = { openMicrophone: microphones.open, openStream: disk.open, tell: vi.fn(), ended: vi.fn() };
    const wishes = { title: '', deviceId: undefined, settings: {} };
    await expect(RecordingSession.start(wishes, parts)).rejects.toMatchObject({
      info: { code: 'MIC_MISSING' },
    });
    expect(disk.opened).toEqual([]);
    disk.stop();
  });

  it('shows captions at their place in the whole recording, also after core died', async () => {
    const { disk, finish, view } = await start();
    const segment = (text: string) => ({
      type: 'segment' as const,
      segment: { id: '1', startMs: 100, endMs: 900, text, words: [], confidence: 1, doubts: [] },
    });
    await after(3_000);
    disk.tell({ type: 'partial', text: 'Good mor', firm: 'Good' });
    expect(view()).toMatchObject({ partial: 'Good mor', firm: 'Good' });
    disk.tell(segment('Good morning.'));
    disk.tell({ type: 'silent', forMs: 10_000 });
    expect(view()).toMatchObject({ partial: '', silentMs: 10_000 });
    disk.kill();
    await after(1_000);
    disk.tell(segment('And on.'));
    const [first, second] = view().captions;
    expect(first).toMatchObject({ startMs: 100, text: 'Good morning.' });
    expect(second?.text).toBe('And on.');
    expect(second?.startMs).toBeGreaterThan(2_500);
    expect(first?.id).not.toBe(second?.id);
    await finish();
  });
});
