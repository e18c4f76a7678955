import { protocol, type Session } from 'electron';
import { type FileReply, readAppFile } from './app-files.ts';
import { isSoundUrl, readSound, type SoundReader } from './sound-files.ts';

const APP_SCHEME = 'app';

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      // stream: players may ask for a part of a recording.
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true },
    },
  ]);
}

/** Serves the bundled page from its folder and the user's sound from core, and nothing else. */
export function serveApp(session: Session, folder: string, read: SoundReader): void {
  answerScheme(session, (url, range) =>
    isSoundUrl(url) ? readSound(read, url, range) : readAppFile(folder, url),
  );
}

/** Answers every app:// address of a session. */
export function answerScheme(
  session: Session,
  reply: (url: string, range: string | null | undefined) => Promise<FileReply>,
): void {
  // An address that nothing can be made of is answered too: whoever asked must not wait for ever.
  const answer = (url: string, range: string | null | undefined) =>
    reply(url, range).catch((): FileReply => ({ status: 400, headers: {}, body: Buffer.alloc(0) }));
  // Electron 25 and newer; the compatibility runtime has only the older form.
  if (typeof session.protocol.handle === 'function') {
    session.protocol.handle(APP_SCHEME, async (request) => {
      const { status, headers, body } = await answer(request.url, request.headers.get('range'));
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  session.protocol.registerBufferProtocol(APP_SCHEME, (request, callback) => {
    void answer(request.url, request.headers.Range ?? request.headers.range).then(
      ({ status, headers, body }) => callback({ statusCode: status, headers, data: body }),
    );
  });
}
