import { protocol, type Session } from 'electron';
import { readAppFile } from './app-files.ts';

const APP_SCHEME = 'app';

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the bundled page from its folder, and nothing else. */
export function serveApp(session: Session, folder: string): void {
  const reply = (url: string) => readAppFile(folder, url);
  // Electron 25 and newer; the compatibility runtime has only the older form.
  if (typeof session.protocol.handle === 'function') {
    session.protocol.handle(APP_SCHEME, async ({ url }) => {
      const { status, headers, body } = await reply(url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  session.protocol.registerBufferProtocol(APP_SCHEME, ({ url }, callback) => {
    void reply(url).then(({ status, headers, body }) =>
      callback({ statusCode: status, headers, data: body }),
    );
  });
}
