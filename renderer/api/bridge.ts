import type { SottoBridge } from '../../contract/client.ts';

declare global {
  interface Window {
    /** Put there by the preload script: the page's only way out. */
    readonly sotto: SottoBridge;
  }
}

/** The bridge to the rest of the app. */
export function bridge(): SottoBridge {
  return window.sotto;
}
