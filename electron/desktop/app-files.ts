import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

export const APP_ORIGIN = 'app://sotto';
export const APP_URL = `${APP_ORIGIN}/index.html`;

/** Nothing from elsewhere, nothing inline, no evaluation of text as code. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface FileReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Undefined for what stands for no text, such as a lone "%", and for a path with a NUL. */
function decodePath(pathname: string): string | undefined {
  try {
    const text = decodeURIComponent(pathname);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The file behind an app:// address. A path that leaves the folder does not exist. */
export async function readAppFile(folder: string, url: string): Promise<FileReply> {
  const missing: FileReply = {
    status: 404,
    headers: { 'content-type': 'text/plain' },
    body: Buffer.alloc(0),
  };
  const { origin, protocol: scheme, host, pathname } = new URL(url);
  if (origin !== APP_ORIGIN && `${scheme}//${host}` !== APP_ORIGIN) return missing;
  const decoded = decodePath(pathname);
  if (decoded === undefined) return missing;
  const path = normalize(join(folder, decoded));
  const type = TYPES[extname(path)];
  if (!path.startsWith(folder + sep) || type === undefined) return missing;
  try {
    const headers = {
      'content-type': type,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    };
    return { status: 200, headers, body: await readFile(path) };
  } catch {
    return missing;
  }
}
