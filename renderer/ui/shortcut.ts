/** The Mac has a key of its own for commands; Control is there for other things. */
const IS_MAC = /^mac/i.test(navigator.platform);

/** A shortcut as this system writes it: Ctrl+N, or ⌘N on a Mac. */
export function shortcutText(key: string): string {
  return IS_MAC ? `⌘${key}` : `Ctrl+${key}`;
}

/** Whether a key press is that shortcut, and not one of its neighbours. */
export function isShortcut(event: KeyboardEvent, key: string, withShift = false): boolean {
  const [command, other] = IS_MAC ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  return (
    event.key.toUpperCase() === key && command && !other && event.shiftKey === withShift && !event.altKey
  );
}

export type PlayerKey = 'play' | 'back' | 'forward';

const PLAYER_KEYS = [
  { does: 'play', code: 'Space', sign: 'Space' },
  { does: 'back', code: 'ArrowLeft', sign: '←' },
  { does: 'forward', code: 'ArrowRight', sign: '→' },
] as const satisfies Array<{ does: PlayerKey; code: string; sign: string }>;

/**
 * Listening without leaving a text. Keys that no text field uses: Control with an arrow moves by words, and Alt
 * with Space opens the window's menu. On a Mac, where both are taken, it is Control and Option together.
 */
export function playerKeyOf(event: KeyboardEvent): PlayerKey | undefined {
  if (event.shiftKey || event.metaKey) return undefined;
  return PLAYER_KEYS.find(({ does, code }) => {
    if (event.code !== code) return false;
    const wantsCtrl = IS_MAC || does === 'play';
    return event.ctrlKey === wantsCtrl && event.altKey === (IS_MAC || !wantsCtrl);
  })?.does;
}

export function playerKeyText(key: PlayerKey): string {
  const sign = PLAYER_KEYS.find(({ does }) => does === key)?.sign ?? '';
  if (IS_MAC) return `⌃⌥${sign}`;
  return key === 'play' ? `Ctrl+${sign}` : `Alt+${sign}`;
}
