import { create } from 'zustand';

interface PlayerState {
  isPlaying: boolean;
  timeMs: number;
  rate: number;
  /** Chromium cannot play what it could decode, which is rare; the text does not depend on it. */
  hasFailed: boolean;
}

/** The sound of the recording that is shown. */
export const usePlayer = create<PlayerState>()(() => ({
  isPlaying: false,
  timeMs: 0,
  rate: 1,
  hasFailed: false,
}));

export const SKIP_MS = 5_000;
export const RATES = [0.75, 1, 1.25, 1.5, 2];

let audio: HTMLAudioElement | undefined;
let frame: number | undefined;
/** Where playing ends by itself: a word that was clicked is heard to the end of its line. */
let untilMs: number | undefined;
const listeners = new Set<(timeMs: number) => void>();

/** Takes over the page's audio element. Returns the function that lets it go. */
export function attachAudio(element: HTMLAudioElement): () => void {
  audio = element;
  untilMs = undefined;
  usePlayer.setState({ isPlaying: false, timeMs: 0, hasFailed: false });
  const follow = () => {
    frame = element.paused ? undefined : requestAnimationFrame(follow);
    const timeMs = element.currentTime * 1000;
    for (const listener of listeners) listener(timeMs);
    if (untilMs === undefined || timeMs < untilMs) return;
    untilMs = undefined;
    element.pause();
  };
  const tell = () => usePlayer.setState({ timeMs: element.currentTime * 1000, isPlaying: !element.paused });
  const onPlay = () => {
    element.playbackRate = usePlayer.getState().rate;
    tell();
    frame ??= requestAnimationFrame(follow);
  };
  const onSeeked = () => {
    tell();
    if (element.paused) follow();
  };
  const onError = () => usePlayer.setState({ hasFailed: true, isPlaying: false });
  const handlers = { play: onPlay, pause: tell, timeupdate: tell, seeked: onSeeked, error: onError };
  for (const [name, handler] of Object.entries(handlers)) element.addEventListener(name, handler);
  return () => {
    for (const [name, handler] of Object.entries(handlers)) element.removeEventListener(name, handler);
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
    element.pause();
    audio = undefined;
  };
}

/** Hears about every frame while sound plays, and about every jump. */
export function onPlayerTime(listener: (timeMs: number) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function togglePlay(): void {
  if (audio === undefined) return;
  untilMs = undefined;
  if (audio.paused) void audio.play().catch(() => undefined);
  else audio.pause();
}

export function seek(timeMs: number): void {
  if (audio === undefined) return;
  untilMs = undefined;
  audio.currentTime = Math.max(0, timeMs) / 1000;
}

export function skip(byMs: number): void {
  if (audio !== undefined) seek(audio.currentTime * 1000 + byMs);
}

/** Plays from there on, or, where nothing plays yet, to an end. */
export function playFrom(timeMs: number, endMs?: number): void {
  if (audio === undefined) return;
  const wasPlaying = !audio.paused && untilMs === undefined;
  seek(timeMs);
  untilMs = wasPlaying ? undefined : endMs;
  void audio.play().catch(() => undefined);
}

export function setRate(rate: number): void {
  usePlayer.setState({ rate });
  if (audio !== undefined) audio.playbackRate = rate;
}
