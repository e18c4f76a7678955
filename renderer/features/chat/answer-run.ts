import type { ChatEvent, ChatSend } from '../../../contract/chat.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { WatchedRun } from '../../api/runs.ts';
import { useChat } from './chat-state.ts';
import { beginLive, dropLive, finishLive, growLive, setLive } from './live-answer.ts';

/** The answer that is shown while it is written. */
interface ShownAnswer {
  run: WatchedRun;
  /** Of a message that is shown as stopped: its figures may still come. */
  stoppedId: string | undefined;
}

let shown: ShownAnswer | undefined;

/** Ends the answer that is shown; its text so far stays. */
export function stopAnswer(): void {
  const { live } = useChat.getState();
  if (shown === undefined || live === undefined) return;
  shown.run.cancel();
  // Core may have the question already: then it says so, and that it was stopped.
  if (live.id === '') return;
  shown.stoppedId = live.id;
  finishLive({ state: 'stopped' });
}

/** Another chat is shown, or none: the answer goes on in its own. */
export function leaveAnswer(): void {
  shown?.run.leave();
  shown = undefined;
  dropLive();
}

export interface AnswerToWatch {
  /** What this page asked; undefined: the run was there before. */
  action?: ChatSend['action'] | undefined;
  open: (onEvent: (event: ChatEvent) => void) => WatchedRun;
  /** Core has the question. */
  onTaken?: (() => void) | undefined;
  /** Another window or a terminal was faster, or the run ended before it was watched: the chat is to be read again. */
  onOther: () => void;
}

/** Shows an answer of the chat that is shown, as it is written. */
export function watchAnswer({ action, open, onTaken, onOther }: AnswerToWatch): void {
  useChat.setState({ live: { id: '', stage: 'waiting', text: '' }, refusal: undefined, notice: undefined });
  const answer: ShownAnswer = {
    stoppedId: undefined,
    run: open((event) => {
      if (event.type === 'started') onTaken?.();
      if (answer.stoppedId === undefined) take(event, action, onOther);
      else takeFigures(answer.stoppedId, event);
    }),
  };
  shown = answer;
}

/** What an answer that is shown as stopped still has to tell. */
function takeFigures(stoppedId: string, event: ChatEvent): void {
  if (event.type !== 'done' || event.stats.completionTokens === 0) return;
  const { stats } = event;
  useChat.setState(({ messages }) => ({
    messages: messages.map((message) => (message.id === stoppedId ? { ...message, stats } : message)),
  }));
}

function take(event: ChatEvent, action: ChatSend['action'] | undefined, onOther: () => void): void {
  switch (event.type) {
    case 'started':
      beginLive(event, action);
      return;
    case 'progress':
      setLive({ stage: event.stage });
      return;
    case 'notice':
      // Which device answers shows elsewhere.
      if (event.notice.code !== 'BACKEND_FAILED') useChat.setState({ notice: event.notice });
      return;
    case 'delta':
      growLive(event.text);
      return;
    case 'done': {
      // An answer that was stopped before it began has no figures.
      const stats = event.stats.completionTokens > 0 ? { stats: event.stats } : {};
      finishLive({
        state: event.reason === 'stop' ? 'complete' : event.reason === 'length' ? 'length' : 'stopped',
        ...stats,
        ...(event.limit === undefined ? {} : { limit: event.limit }),
      });
      return;
    }
    case 'failed':
      if (useChat.getState().live?.id !== '') finishLive({ state: 'failed', error: event.error });
      else refuse(event.error, onOther);
      return;
    default:
      event satisfies never;
  }
}

function refuse(refusal: ErrorInfo, onOther: () => void): void {
  useChat.setState({ live: undefined, refusal });
  if (refusal.code === 'ENGINE_BUSY' || refusal.code === 'RUN_UNKNOWN') onOther();
}
