import type { ChatSummary } from '../../../contract/history.ts';
import type { ChatList } from './chat-list.ts';

/** A chat of the list as it is now; without a summary it is not in the list any more. */
export interface ChangedChat {
  id: string;
  chat?: ChatSummary;
}

/**
 * Reports which chats look otherwise in the list, once for all that is done to one at a time.
 *
 * @returns to be called with the id of a chat that was changed
 */
export function createChatChanges(
  list: ChatList,
  onChange: (changed: ChangedChat) => void,
): (id: string) => void {
  const changed = new Set<string>();
  const report = () => {
    const ids = [...changed];
    changed.clear();
    for (const id of ids) {
      const chat = summaryOf(id);
      if (chat !== 'locked') onChange(chat === undefined ? { id } : { id, chat });
    }
  };
  const summaryOf = (id: string) => {
    try {
      return list.one(id);
    } catch {
      // Locked or closed since: the list is read anew when it is open.
      return 'locked';
    }
  };
  return (id) => {
    if (changed.size === 0) setImmediate(report);
    changed.add(id);
  };
}
