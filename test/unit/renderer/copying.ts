import { vi } from 'vitest';

/** Copying as a browser does it, which jsdom does not: the command asks the page's listeners for the text. */
export function fakeCopying(): { text: string | undefined; allowed: boolean } {
  const clipboard: { text: string | undefined; allowed: boolean } = { text: undefined, allowed: true };
  const execCommand = (command: string): boolean => {
    if (command !== 'copy' || !clipboard.allowed) return false;
    const event = new Event('copy', { bubbles: true, cancelable: true });
    const setData = (_type: string, text: string) => {
      clipboard.text = text;
    };
    document.dispatchEvent(Object.assign(event, { clipboardData: { setData } }));
    return event.defaultPrevented;
  };
  Object.defineProperty(document, 'execCommand', { value: execCommand, configurable: true });
  // As in the app: the host grants the page no permission, this one neither.
  const refused = () => Promise.reject(new DOMException('Write permission denied.', 'NotAllowedError'));
  if ('clipboard' in navigator) vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(refused);
  return clipboard;
}
