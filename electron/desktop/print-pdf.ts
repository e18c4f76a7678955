import { BrowserWindow, session } from 'electron';
import { APP_ORIGIN } from './app-files.ts';
import { answerScheme } from './app-protocol.ts';
import { hardenSession } from './security.ts';

/** Nothing but the page itself, its own style and the pictures in it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const PAGE = `${APP_ORIGIN}/print.html`;

let printed = 0;

/**
 * A page as a PDF, A4. It is drawn in a window that nobody sees, in a session of its own that lies in memory alone,
 * without scripts and without the network.
 *
 * @param html UTF-8
 */
export async function printPdf(html: Uint8Array): Promise<Uint8Array> {
  printed += 1;
  const own = session.fromPartition(`print-${printed}`, { cache: false });
  hardenSession(own);
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY };
  answerScheme(own, async () => ({ status: 200, headers, body: Buffer.from(html) }));
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: own, sandbox: true, contextIsolation: true, javascript: false },
  });
  try {
    await window.loadURL(PAGE);
    return await window.webContents.printToPDF({ pageSize: 'A4' });
  } finally {
    window.destroy();
  }
}
