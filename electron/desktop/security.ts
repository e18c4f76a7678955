import {
  app,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  type Session,
  systemPreferences,
  type WebContents,
} from 'electron';
import { APP_ORIGIN } from './app-files.ts';

/** The discard port of this machine; every scheme. */
const NOWHERE = 'http://127.0.0.1:9';

/** Denies what the page never needs: permissions, the network, downloads, dictionaries. */
export function hardenSession(session: Session): void {
  // Electron grants everything by default. The page may have the microphone, and nothing else.
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const { mediaTypes } = details as { mediaTypes?: string[] };
    const isMicrophone = permission === 'media' && mediaTypes?.length === 1 && mediaTypes[0] === 'audio';
    if (!isMicrophone || !details.isMainFrame || !isOwn(contents.getURL())) callback(false);
    else void mayUseMicrophone().then(callback);
  });
  session.setPermissionCheckHandler((_contents, permission, origin, { mediaType, isMainFrame }) => {
    return permission === 'media' && mediaType === 'audio' && isMainFrame && isOwn(origin);
  });
  session.setDevicePermissionHandler(() => false);
  // The spell checker fetches its dictionaries from the network.
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerDictionaryDownloadURL('app://nowhere/');
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !isOwn(url) }));
  session.on('will-download', (event) => event.preventDefault());
  // Whatever still finds a way (hints to connect, lookups of names, WebRTC) is sent to a port where nobody listens.
  void session.setProxy({ mode: 'fixed_servers', proxyRules: NOWHERE, proxyBypassRules: '<-loopback>' });
}

/** macOS asks its user once, on behalf of the app; the other systems have settings, and no question. */
async function mayUseMicrophone(): Promise<boolean> {
  return process.platform !== 'darwin' || systemPreferences.askForMediaAccess('microphone');
}

/** Denies navigation, new windows and embedded pages for every page there will ever be. */
export function hardenContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    // Without a proxy for UDP, which there is none, WebRTC sends nothing.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
    contents.on('will-attach-webview', (event) => event.preventDefault());
    const denyForeign = (event: { preventDefault(): void }, url: string) => {
      if (!isOwn(url)) event.preventDefault();
    };
    contents.on('will-navigate', (event, url) => denyForeign(event, url));
    contents.on('will-redirect', (event, url) => denyForeign(event, url));
    contents.on('will-frame-navigate', (event) => denyForeign(event, event.url));
  });
}

/** True when a message came from our own page, in the main frame of a window that still lives. */
export function isTrustedSender(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame === undefined || frame !== mainFrame(event.sender)) return false;
  return isOwn(frame.url);
}

function mainFrame(contents: WebContents) {
  return contents.isDestroyed() ? undefined : contents.mainFrame;
}

function isOwn(url: string): boolean {
  return url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`) || isDevTools(url);
}

/** The inspector exists in development only; packaged builds cannot open it. */
function isDevTools(url: string): boolean {
  return !app.isPackaged && url.startsWith('devtools://');
}
