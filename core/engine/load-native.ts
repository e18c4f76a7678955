/** The only import of native code: everything else sees LiteRT through the types. */
import type { LoadRuntime } from '../../native/binding-types.ts';
import { loadRuntime as load } from '../../native/index.ts';

/** Set when Sotto is bundled, to the SHA-256 of the addon that was built with it (electron.vite.config.ts). */
declare const SOTTO_ADDON_SHA256: string | undefined;

export const loadRuntime: LoadRuntime = (options = {}) =>
  load({
    ...options,
    ...(typeof SOTTO_ADDON_SHA256 === 'string' ? { addonSha256: SOTTO_ADDON_SHA256 } : {}),
  });
