import { randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { openBytes, sealBytes } from '../sealed-bytes.ts';

/** The key of the database: 256 random bits. Whoever holds a copy overwrites it when it is no longer needed. */
export const KEY_BYTES = 32;

const base64 = z.string().max(100_000);
const passphraseWrapSchema = z.object({
  kind: z.literal('passphrase'),
  salt: base64,
  /** scrypt's cost, block size and parallelism. Bounded: a file that somebody changed must not take all memory. */
  cost: z
    .int()
    .min(2 ** 14)
    .max(2 ** 20),
  blockSize: z.int().min(8).max(16),
  parallel: z.int().min(1).max(4),
  data: base64,
});
type PassphraseWrap = z.infer<typeof passphraseWrapSchema>;

/** `vault.json`: the key, wrapped in one way. */
export const keyFileSchema = z.object({
  version: z.literal(1),
  wrap: z.discriminatedUnion('kind', [
    passphraseWrapSchema,
    /** By the system's secret store. */
    z.object({ kind: z.literal('system'), data: base64 }),
  ]),
  /** To whom keys of single recordings are sealed; public. */
  recipient: base64,
});
export type Wrap = z.infer<typeof keyFileSchema>['wrap'];
export type KeyFile = z.infer<typeof keyFileSchema>;

/**
 * OWASP's password storage cheat sheet (2023) asks of scrypt for N = 2^17, r = 8, p = 1: 128 MiB and about half a second
 * for each guess.
 */
const COST = { cost: 2 ** 17, blockSize: 8, parallel: 1 };
const CONTEXT = Buffer.from('sotto vault 1');

export async function wrapWithPassphrase(key: Buffer, passphrase: string): Promise<Wrap> {
  const salt = randomBytes(16);
  const wrapping = await stretch(passphrase, salt, COST);
  const data = sealBytes(wrapping, key, CONTEXT);
  wrapping.fill(0);
  return { kind: 'passphrase', salt: salt.toString('base64'), ...COST, data: data.toString('base64') };
}

/** Undefined for a wrong passphrase, or a file that was changed: the two cannot be told apart. */
export async function unwrapWithPassphrase(
  wrap: PassphraseWrap,
  passphrase: string,
): Promise<Buffer | undefined> {
  const wrapping = await stretch(passphrase, Buffer.from(wrap.salt, 'base64'), wrap);
  const key = openBytes(wrapping, Buffer.from(wrap.data, 'base64'), CONTEXT);
  wrapping.fill(0);
  return key?.length === KEY_BYTES ? key : undefined;
}

function stretch(
  passphrase: string,
  salt: Buffer,
  { cost, blockSize, parallel }: typeof COST,
): Promise<Buffer> {
  const options = { N: cost, r: blockSize, p: parallel, maxmem: 160 * cost * blockSize * parallel };
  return new Promise((resolve, reject) => {
    // The same passphrase typed on another system may come in another form of Unicode.
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
