// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => vi.resetModules());
afterEach(() => vi.restoreAllMocks());

/** The page on another system: what it is called is read once, when the code is loaded. */
async function openPageOn(platform: string) {
  vi.spyOn(navigator, 'platform', 'get').mockReturnValue(platform);
  const { closePage, openPage } = await import('./page.tsx');
  const page = await openPage();
  return { ...page, closePage };
}

describe('a shortcut', () => {
  it.each([
    ['Linux x86_64', 'New chat (Ctrl+N)', 'ctrlKey', 'metaKey'],
    ['Win32', 'New chat (Ctrl+N)', 'ctrlKey', 'metaKey'],
    ['MacIntel', 'New chat (⌘N)', 'metaKey', 'ctrlKey'],
  ])('is shown and works as on %s', async (platform, title, key, otherKey) => {
    const page = await openPageOn(platform);
    expect(screen.getByTestId('new-chat').title).toBe(title);
    const cleared = () => page.core.called.filter(({ name }) => name === 'chat.clear').length;
    fireEvent.keyDown(document.body, { key: 'n', [otherKey]: true });
    fireEvent.keyDown(document.body, { key: 'N', [key]: true, shiftKey: true });
    expect(cleared()).toBe(0);
    // False: the page took it, and the browser does nothing of its own.
    expect(fireEvent.keyDown(document.body, { key: 'n', [key]: true })).toBe(false);
    await waitFor(() => expect(cleared()).toBe(1));
    page.closePage();
  });
});
