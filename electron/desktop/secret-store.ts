import { safeStorage } from 'electron';

/**
 * Linux without a keyring "encrypts" with a password that everybody knows; so does an Electron that cannot say which
 * store it uses there.
 */
export function hasSecretStore(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  if (process.platform !== 'linux') return true;
  const backend = safeStorage.getSelectedStorageBackend?.() ?? 'unknown';
  return backend !== 'basic_text' && backend !== 'unknown';
}

/** Encrypts with the key that the system keeps for this app and user. Undefined where it keeps none. */
export function wrapSecret(secret: string): string | undefined {
  return hasSecretStore() ? safeStorage.encryptString(secret).toString('base64') : undefined;
}

/** Undefined where the system does not give the key out any more. */
export function unwrapSecret(data: string): string | undefined {
  try {
    return safeStorage.decryptString(Buffer.from(data, 'base64'));
  } catch {
    return undefined;
  }
}
