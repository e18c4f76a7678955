import type { ChatSummary } from '../../../contract/history.ts';

export const GROUPS = ['pinned', 'today', 'yesterday', 'week', 'older'] as const;
export type Group = (typeof GROUPS)[number];

/** Chats by when they were used last, by the days of the user's own clock; pinned ones first. */
export function groupChats(chats: readonly ChatSummary[], now = new Date()): Map<Group, ChatSummary[]> {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const daysAgo = (days: number) =>
    new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate() - days).getTime();
  const groupOf = ({ isPinned, updatedAt }: ChatSummary): Group => {
    if (isPinned) return 'pinned';
    // A clock that was set back makes chats of the future: they are today's.
    if (updatedAt >= midnight.getTime()) return 'today';
    if (updatedAt >= daysAgo(1)) return 'yesterday';
    return updatedAt >= daysAgo(7) ? 'week' : 'older';
  };
  const groups = new Map<Group, ChatSummary[]>();
  for (const name of GROUPS) {
    const found = chats.filter((chat) => groupOf(chat) === name);
    if (found.length > 0) groups.set(name, found);
  }
  return groups;
}

export interface Folder {
  name: string;
  chats: ChatSummary[];
}

/** Folders by name, and what lies in none. */
export function inFolders(chats: readonly ChatSummary[]): { folders: Folder[]; loose: ChatSummary[] } {
  const names = [...new Set(chats.flatMap(({ folder }) => folder ?? []))].sort((a, b) => a.localeCompare(b));
  return {
    folders: names.map((name) => ({ name, chats: chats.filter(({ folder }) => folder === name) })),
    loose: chats.filter(({ folder }) => folder === undefined),
  };
}
