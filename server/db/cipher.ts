/** Definitions and bundles at rest: AES-256-GCM, with the key's id in front so that keys can be rotated. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export interface Cipher {
  seal(text: string): string;
  /** Throws when the text was sealed with a key that is not here, or was changed. */
  open(sealed: string): string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The first key seals; all of them open. A key is 32 bytes. */
export function openCipher(keys: readonly Buffer[]): Cipher {
  const [current] = keys;
  if (!current || keys.some((key) => key.length !== 32)) throw new Error('an encryption key is 32 bytes, and one is needed');
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current, iv);
      const data = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `1.${idOf(current)}.${data.toString('base64')}`;
    },
    open(sealed) {
      const [version, id, data] = sealed.split('.');
      const key = byId.get(id ?? '');
      if (version !== '1' || !key || data === undefined) throw new Error(`sealed with a key that is not configured (${id})`);
      const bytes = Buffer.from(data, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}

function idOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
