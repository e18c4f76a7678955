import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';

/**
 * Sealing to the owner of the vault without its key: HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM. The private
 * key is derived from the vault's key (RFC 9180, DeriveKeyPair) and stored nowhere.
 */
const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const ENCAPSULATED_BYTES = 32;
const TAG_BYTES = 16;
/** What is sealed here is used for nothing else. */
const CONTEXT = { info: Uint8Array.from(Buffer.from('sotto item key 1')) };

/** Length of 32 bytes once they are sealed. */
export const SEALED_KEY_BYTES = ENCAPSULATED_BYTES + 32 + TAG_BYTES;

export type Opener = Awaited<ReturnType<typeof suite.DeriveKeyPair>>;

/** @param key the vault's, 32 bytes */
export async function openerOf(key: Uint8Array): Promise<Opener> {
  return suite.DeriveKeyPair(Uint8Array.from(key), false);
}

/** 32 bytes that may be known to everybody. */
export async function recipientOf(opener: Opener): Promise<Buffer> {
  return Buffer.from(await suite.SerializePublicKey(opener.publicKey));
}

export async function sealTo(recipient: Uint8Array, secret: Uint8Array): Promise<Buffer> {
  const key = await suite.DeserializePublicKey(Uint8Array.from(recipient));
  const { encapsulatedSecret, ciphertext } = await suite.Seal(key, Uint8Array.from(secret), CONTEXT);
  return Buffer.concat([encapsulatedSecret, ciphertext]);
}

/** Undefined: it was not sealed to this owner, or was changed. */
export async function openSealed(opener: Opener, sealed: Uint8Array): Promise<Buffer | undefined> {
  const bytes = Uint8Array.from(sealed);
  try {
    return Buffer.from(
      await suite.Open(
        opener,
        bytes.subarray(0, ENCAPSULATED_BYTES),
        bytes.subarray(ENCAPSULATED_BYTES),
        CONTEXT,
      ),
    );
  } catch {
    return undefined;
  }
}
