/** The Mac has a key of its own for commands; Control is there for other things. */
const IS_MAC = /^mac/i.test(navigator.platform);

/** Keys as this system writes them: Ctrl+N, or ⌘N on a Mac. @param keys such as "Mod+Shift+F" */
export function keysText(keys: string): string {
  return IS_MAC
    ? keys.replace('Mod+', '⌘').replace('Shift+', '⇧').replace('Alt+', '⌥')
    : keys.replace('Mod+', 'Ctrl+');
}

/** The same for keys that nobody can change. */
export const shortcutText = (key: string): string => keysText(`Mod+${key}`);

/** The keys of a press, as settings have them. Undefined: without the key for commands, or with a modifier alone. */
export function keysOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): string | undefined {
  const [command, other] = IS_MAC ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (!command || other || ['Control', 'Meta', 'Shift', 'Alt', 'Dead', 'AltGraph'].includes(event.key))
    return undefined;
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return `Mod+${event.shiftKey ? 'Shift+' : ''}${event.altKey ? 'Alt+' : ''}${key}`;
}

/** Whether a key press is that shortcut, and not one of its neighbours. */
export function isShortcut(event: KeyboardEvent, key: string, withShift = false): boolean {
  return keysOf(event) === `Mod+${withShift ? 'Shift+' : ''}${key}`;
}

/** The key for commands, as it is written on keyboards of this system. */
export const commandKey = IS_MAC ? '⌘' : 'Ctrl';

/** A click while that key is held. */
export const isCommandClick = (event: { ctrlKey: boolean; metaKey: boolean }): boolean =>
  IS_MAC ? event.metaKey : event.ctrlKey;

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
