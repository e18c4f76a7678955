import { create } from 'zustand';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { ChatFormat, ChatSummary, SearchHit, SkippedMessages } from '../../../contract/history.ts';
import type { RunInfo } from '../../../contract/runs.ts';
import { bridge } from '../../api/bridge.ts';
import { type WatchedRun, watchRun } from '../../api/runs.ts';
import { useChat } from '../chat/chat-state.ts';
import { leaveChat, openChat, reopenChat } from '../chat/chat-store.ts';
import { goTo } from '../places/places-store.ts';
import { openTranscript } from '../transcribe/transcribe-store.ts';

interface HistoryState {
  chats: ChatSummary[];
  /** Chats in which something is being written, by run. */
  running: ReadonlyMap<string, string>;
  search: string;
  /** What the search found; undefined while nothing is looked for. */
  hits: SearchHit[] | undefined;
  showsArchived: boolean;
  /** Deleted a moment ago, and still to be had back. */
  deleted: { id: string; title: string } | undefined;
  /** The chat whose title is being written. */
  renaming: string | undefined;
  /** The chat whose folder is being chosen. */
  filing: string | undefined;
  /** Which kind of hit a search shows. */
  kind: 'all' | 'chats' | 'transcripts';
  problem: ErrorInfo | undefined;
  /** How many messages have come in by the import that goes on. */
  importing: number | undefined;
  /** What came in by the last import. */
  imported: { count: number; leftOut: number; skipped: SkippedMessages } | undefined;
  /** In a narrow window the list lies over the conversation while it is wanted. */
  isOpen: boolean;
}

const INITIAL: HistoryState = {
  chats: [],
  running: new Map(),
  search: '',
  hits: undefined,
  showsArchived: false,
  deleted: undefined,
  renaming: undefined,
  filing: undefined,
  kind: 'all',
  problem: undefined,
  importing: undefined,
  imported: undefined,
  isOpen: false,
};

export const useHistory = create<HistoryState>()(() => INITIAL);

/** How long the page offers to take a deletion back; core keeps it a little longer. */
const UNDO_MS = 15_000;
/** A search waits until the typing rests. */
const SEARCH_MS = 120;

let undoTimer: ReturnType<typeof setTimeout> | undefined;
let searchTimer: ReturnType<typeof setTimeout> | undefined;

export async function refreshHistory(): Promise<void> {
  const reply = await bridge().calls['chats.list'](undefined);
  if (reply.ok) useHistory.setState({ chats: reply.value });
}

/** Locked: nothing of what was shown stays in the page. */
export function emptyHistory(): void {
  clearTimeout(undoTimer);
  clearTimeout(searchTimer);
  importRun?.leave();
  useHistory.setState(INITIAL);
}

export function searchFor(search: string): void {
  useHistory.setState({ search });
  clearTimeout(searchTimer);
  if (search.trim() === '') useHistory.setState({ hits: undefined });
  else searchTimer = setTimeout(() => void find(search), SEARCH_MS);
}

async function find(text: string): Promise<void> {
  const reply = await bridge().calls['chats.search']({ text });
  if (useHistory.getState().search !== text) return;
  if (reply.ok) useHistory.setState({ hits: reply.value });
}

/** Leads to what a search found: the branch and the message, the chat, or the transcript. */
export async function openHit(hit: SearchHit): Promise<void> {
  toggleList(false);
  if (hit.kind === 'transcript') {
    goTo('transcribe');
    await openTranscript(hit.transcriptId);
    return;
  }
  if (hit.kind === 'message') {
    await bridge().calls['chat.show']({ chatId: hit.chatId, messageId: hit.messageId });
    await openChat(hit.chatId, hit.messageId);
  } else await openChat(hit.chatId);
}

export const setPinned = (id: string, isPinned: boolean) =>
  attempt(bridge().calls['chats.change']({ id, isPinned }));
export const setArchived = (id: string, isArchived: boolean) =>
  attempt(bridge().calls['chats.change']({ id, isArchived }));

export function startRenaming(id: string | undefined): void {
  useHistory.setState({ renaming: id });
}

export async function rename(id: string, title: string): Promise<void> {
  useHistory.setState({ renaming: undefined });
  if (title.trim() !== '')
    await attempt(bridge().calls['chats.change']({ id, title: title.trim().slice(0, 200) }));
}

export function startFiling(id: string | undefined): void {
  useHistory.setState({ filing: id });
}

/** Empty: out of its folder. */
export async function file(id: string, folder: string): Promise<void> {
  useHistory.setState({ filing: undefined });
  await attempt(bridge().calls['chats.change']({ id, folder: folder.trim().slice(0, 80) }));
}

export function showKind(kind: HistoryState['kind']): void {
  useHistory.setState({ kind });
}

/** Follows what is said, named and changed, in this window or elsewhere. Returns the function that ends it. */
export function connectHistory(): () => void {
  void readRuns();
  const { broadcasts } = bridge();
  const stopChats = broadcasts['chats.changed'](({ id, chat }) => {
    if (chat?.isEmpty === false && useChat.getState().chatId === id) useChat.setState({ title: chat.title });
    useHistory.setState(({ chats }) => ({ chats: withChanged(chats, id, chat) }));
  });
  const stopRuns = broadcasts['runs.changed']((run) => {
    const { chatId, state } = run;
    useHistory.setState(({ running }) => ({ running: withRun(running, run) }));
    // Asked in another window or in a terminal: an answer of this page's own is shown already.
    if (state === 'running' && chatId !== undefined && chatId === useChat.getState().chatId)
      void reopenChat();
  });
  const stopChanges = broadcasts['saved.changed'](() => {
    void refreshHistory();
    void reopenChat();
  });
  return () => {
    stopChats();
    stopRuns();
    stopChanges();
  };
}

async function readRuns(): Promise<void> {
  const reply = await bridge().calls['runs.list'](undefined);
  if (!reply.ok) return;
  useHistory.setState({ running: reply.value.reduce(withRun, new Map()) });
  const run = reply.value.find(({ kind }) => kind === 'import');
  if (run !== undefined) watchImport(run.runId);
}

function withRun(
  running: ReadonlyMap<string, string>,
  { runId, chatId, state }: RunInfo,
): Map<string, string> {
  const others = new Map(running);
  others.delete(runId);
  if (state === 'running' && chatId !== undefined) others.set(runId, chatId);
  return others;
}

/** The list with a chat as it is now, the last one used first. */
function withChanged(
  chats: readonly ChatSummary[],
  id: string,
  chat: ChatSummary | undefined,
): ChatSummary[] {
  const others = chats.filter((one) => one.id !== id);
  if (chat === undefined) return others;
  const at = others.findIndex(({ updatedAt }) => updatedAt <= chat.updatedAt);
  return at === -1 ? [...others, chat] : [...others.slice(0, at), chat, ...others.slice(at)];
}

export async function deleteChat({ id, title }: ChatSummary): Promise<void> {
  if (!(await attempt(bridge().calls['chats.delete']({ id })))) return;
  useHistory.setState({ deleted: { id, title } });
  clearTimeout(undoTimer);
  undoTimer = setTimeout(() => useHistory.setState({ deleted: undefined }), UNDO_MS);
  if (useChat.getState().chatId === id) await leaveChat();
}

export async function undelete(): Promise<void> {
  const { deleted } = useHistory.getState();
  clearTimeout(undoTimer);
  useHistory.setState({ deleted: undefined });
  if (deleted === undefined) return;
  await attempt(bridge().calls['chats.undelete']({ id: deleted.id }));
  await openChat(deleted.id);
}

let importRun: WatchedRun | undefined;

/** Takes the export of another program, which the user chooses. */
export async function importChats(): Promise<void> {
  const reply = await bridge().calls['chats.import']({});
  useHistory.setState({ problem: reply.ok ? undefined : reply.error, imported: undefined });
  if (reply.ok && reply.value.runId !== undefined) watchImport(reply.value.runId);
}

/** Takes back what has come in. */
export function stopImport(): void {
  importRun?.cancel();
}

function watchImport(runId: string): void {
  useHistory.setState({ importing: 0 });
  importRun = watchRun('import', runId, (event) => {
    if (event.type === 'progress') {
      useHistory.setState({ importing: event.messages });
      return;
    }
    importRun = undefined;
    useHistory.setState({ importing: undefined });
    if (event.type === 'failed') useHistory.setState({ problem: event.error });
    if (event.type !== 'done') return;
    const { ids, leftOut, skipped } = event;
    if (ids.length > 0) useHistory.setState({ imported: { count: ids.length, leftOut, skipped } });
    void refreshHistory();
  });
}

export function toggleList(isOpen: boolean): void {
  useHistory.setState({ isOpen });
}

export function showArchived(showsArchived: boolean): void {
  useHistory.setState({ showsArchived });
}

/** Writes a chat to a file where the user says. */
export async function exportChat(id: string, format: ChatFormat | 'pdf'): Promise<void> {
  if (format === 'pdf') {
    await attempt(bridge().calls['chats.savePdf']({ id }));
    return;
  }
  const file = await bridge().calls['chats.export']({ id, format });
  const saved = file.ok ? await bridge().calls['files.save'](file.value) : file;
  useHistory.setState({ problem: saved.ok ? undefined : saved.error });
}

/** False: core refused, and the list says why. */
async function attempt(reply: Promise<{ ok: true } | { ok: false; error: ErrorInfo }>): Promise<boolean> {
  const answer = await reply;
  useHistory.setState({ problem: answer.ok ? undefined : answer.error });
  return answer.ok;
}
