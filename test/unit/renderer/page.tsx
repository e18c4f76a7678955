import { act, cleanup, configure, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { vi } from 'vitest';
import '../../../renderer/i18n.ts';
import type { AnswerStats, ChatEvent, ChatMessage } from '../../../contract/chat.ts';
import { App } from '../../../renderer/app.tsx';
import { leaveAnswer } from '../../../renderer/features/chat/answer-run.ts';
import { emptyAttachments } from '../../../renderer/features/chat/attachment-store.ts';
import { useChat } from '../../../renderer/features/chat/chat-state.ts';
// Loaded beforehand, so that no test waits for the page's lazy import.
import '../../../renderer/features/chat/markdown/markdown.tsx';
import { saveDrafts } from '../../../renderer/features/chat/drafts.ts';
import { useEngine } from '../../../renderer/features/engine/engine-store.ts';
import { emptyHistory } from '../../../renderer/features/history/history-store.ts';
import { useStorage } from '../../../renderer/features/history/storage-store.ts';
import { usePlace } from '../../../renderer/features/places/places-store.ts';
import { cancelDictation } from '../../../renderer/features/record/dictation.ts';
import { useRecord } from '../../../renderer/features/record/record-store.ts';
import { usePlayer } from '../../../renderer/features/transcribe/player/player.ts';
import { cancel, useTranscribe } from '../../../renderer/features/transcribe/transcribe-store.ts';
import { type FakeBridge, fakeBridge } from '../../support/fake-bridge.ts';

// On a machine that does much else the page is as right, only later.
configure({ asyncUtilTimeout: 15_000 });

export const STATS: AnswerStats = {
  promptTokens: 12,
  completionTokens: 34,
  loadMs: 1500,
  ttftMs: 250,
  prefillTokensPerSecond: 300,
  decodeTokensPerSecond: 41.5,
  peakRssBytes: 210_000_000,
  backend: 'cpu',
  model: 'starter',
  contextTokens: 46,
  contextLimit: 2048,
};

export interface Page {
  core: FakeBridge;
  user: ReturnType<typeof userEvent.setup>;
  /** Says events of the stream that was opened last. */
  say(...events: ChatEvent[]): Promise<void>;
  /** Lets the screen draw a frame. */
  frame(): Promise<void>;
}

let frames = new Map<number, FrameRequestCallback>();
let frameId = 0;
/** The clock of frames; they come seldom enough for each to draw. */
let frameTime = 0;

/** Puts the whole page on the screen, in front of a fake core that a test scripts. */
export async function openPage(prepare: (core: FakeBridge) => void = () => undefined): Promise<Page> {
  const core = fakeBridge();
  prepare(core);
  Object.defineProperty(window, 'sotto', { value: core.bridge, configurable: true });
  // Frames come when a test says so: what is drawn together is then no question of time.
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    frameId += 1;
    frames.set(frameId, callback);
    return frameId;
  });
  vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id));
  // jsdom draws no pictures.
  HTMLCanvasElement.prototype.getContext = () => null;
  // jsdom has no layout, and so nothing to scroll.
  Element.prototype.scrollIntoView = () => undefined;
  const user = userEvent.setup();
  await act(async () => {
    render(<App />);
  });
  const frame = () =>
    act(async () => {
      const due = frames;
      frames = new Map();
      frameTime += 100;
      for (const callback of due.values()) callback(frameTime);
    });
  const say = (...events: ChatEvent[]) =>
    act(async () => {
      for (const event of events) core.last().say(event);
    });
  return { core, user, say, frame };
}

/** Leaves nothing for the next test: the stores are modules and outlive a page. */
export function closePage(): void {
  leaveAnswer();
  cleanup();
  frames.clear();
  // To a core that takes them, whatever the test's own was.
  Object.defineProperty(window, 'sotto', { value: fakeBridge().bridge, configurable: true });
  void saveDrafts();
  emptyAttachments();
  useChat.setState(useChat.getInitialState(), true);
  useEngine.setState(useEngine.getInitialState(), true);
  for (const { id } of useTranscribe.getState().jobs) cancel(id);
  useTranscribe.setState(useTranscribe.getInitialState(), true);
  cancelDictation();
  emptyHistory();
  useStorage.setState(useStorage.getInitialState(), true);
  useRecord.setState(useRecord.getInitialState(), true);
  usePlace.setState(usePlace.getInitialState(), true);
  usePlayer.setState(usePlayer.getInitialState(), true);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
}

export const STARTED: ChatEvent = { type: 'started', questionId: 'q1', answerId: 'a1' };
export const DONE: ChatEvent = { type: 'done', reason: 'stop', stats: STATS };

export function delta(text: string): ChatEvent {
  return { type: 'delta', text };
}

export function question(id: string, text: string): ChatMessage {
  return { id, role: 'user', text, state: 'complete' };
}

export function answer(id: string, text: string, more: Partial<ChatMessage> = {}): ChatMessage {
  return { id, role: 'assistant', text, state: 'complete', ...more };
}
