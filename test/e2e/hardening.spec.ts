import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { SottoBridge } from '../../contract/client.ts';
import { broadcastNames, callNames, fileCallNames, streamNames } from '../../contract/names.ts';
import { CONTENT_SECURITY_POLICY } from '../../electron/desktop/app-files.ts';
import { findDescendants, processStatus } from '../support/app-processes.ts';
import { chatOf, expect, expectState, startOf, test } from '../support/desktop.ts';
import { withSandboxedDesktop } from '../support/sandboxed-desktop.ts';

const isFileCall = (name: string) => (fileCallNames as readonly string[]).includes(name);

test('the page has the policy, no Node, and only the named bridge', async ({ desktop: { page } }) => {
  const reply = await page.reload();
  expect(reply?.headers()['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
  const seen = await page.evaluate(() => {
    const { sotto } = window as unknown as { sotto: SottoBridge };
    return {
      node: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window),
      bridge: Object.entries(sotto).map(([name, table]) => `${name}: ${Object.keys(table).join(', ')}`),
    };
  });
  expect(seen.node).toEqual([]);
  expect(seen.bridge).toEqual([
    `calls: ${callNames.filter((name) => !isFileCall(name)).join(', ')}`,
    `files: ${fileCallNames.join(', ')}`,
    `streams: ${streamNames.join(', ')}`,
    `broadcasts: ${broadcastNames.join(', ')}`,
  ]);
});

test('nothing foreign is fetched, opened, navigated to or granted', async ({ launch }) => {
  // With a camera and a microphone there, only the permission can refuse them.
  const { app, page } = await launch({ switches: ['--use-fake-device-for-media-stream'] });
  const url = page.url();
  const outcome = await page.evaluate(async () => {
    const failed = async (run: () => Promise<unknown>) =>
      run().then(
        () => 'worked',
        () => 'refused',
      );
    const blocked = new Set<string>();
    document.addEventListener('securitypolicyviolation', (event) => blocked.add(event.effectiveDirective));
    const script = document.createElement('div');
    let markup = 'worked';
    try {
      script.innerHTML = '<img src=x onerror="window.pwned=1">';
    } catch {
      markup = 'refused';
    }
    return {
      fetch: await failed(() => fetch('https://example.org/')),
      loopback: await failed(() => fetch('http://127.0.0.1:9/')),
      file: await failed(() => fetch('file:///etc/passwd')),
      traversal: await fetch('app://sotto/..%2f..%2fpackage.json').then((reply) => reply.status),
      evaluation: await failed(async () => new Function('return 1')()),
      markup,
      opened: window.open('https://example.org/') === null ? 'refused' : 'worked',
      microphone: await failed(() => navigator.mediaDevices.getUserMedia({ audio: true })),
      camera: await failed(() => navigator.mediaDevices.getUserMedia({ video: true })),
      both: await failed(() => navigator.mediaDevices.getUserMedia({ audio: true, video: true })),
      screen: await failed(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
      place: await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('worked'),
          () => resolve('refused'),
        ),
      ),
      notify: await Notification.requestPermission(),
      blocked: [...blocked].sort(),
    };
  });
  expect(outcome).toEqual({
    fetch: 'refused',
    loopback: 'refused',
    file: 'refused',
    traversal: 404,
    evaluation: 'refused',
    markup: 'refused',
    opened: 'refused',
    microphone: 'worked',
    camera: 'refused',
    both: 'refused',
    screen: 'refused',
    place: 'refused',
    notify: 'denied',
    blocked: expect.arrayContaining(['connect-src', 'require-trusted-types-for']),
  });
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://example.org/';
    document.body.append(link);
    link.click();
    location.href = 'file:///etc/passwd';
  });
  await page.waitForTimeout(500);
  expect(page.url()).toBe(url);
  expect(app.windows()).toHaveLength(1);
});

test('the window is set up as the checklist says', async ({ desktop: { app } }) => {
  const found = await app.evaluate(({ BrowserWindow, session }) => {
    const [window] = BrowserWindow.getAllWindows();
    // Not in the types, but what the running page really has.
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    return {
      preferences: contents.getLastWebPreferences(),
      spelling: session.defaultSession.isSpellCheckerEnabled(),
    };
  });
  expect(found.spelling).toBe(false);
  expect(found.preferences).toMatchObject({
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    sandbox: true,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
  });
});

test('channels refuse a foreign frame', async ({ desktop: { app } }) => {
  const reply = await app.evaluate(async ({ BrowserWindow, app: electronApp }) => {
    // A window of another origin with our own preload script: the bridge is there, the answer is not.
    const preload = `${electronApp.getAppPath()}/out/preload/preload.cjs`;
    const foreign = new BrowserWindow({
      show: false,
      // A session of its own: ours would not even load the page.
      webPreferences: { preload, sandbox: true, contextIsolation: true, partition: 'foreign' },
    });
    await foreign.loadURL('data:text/html,<title>foreign</title>');
    const answers = await foreign.webContents.executeJavaScript(`(async () => {
      const call = await window.sotto.calls['models.list'](undefined);
      const link = await window.sotto.calls['links.open']({ url: 'https://example.org/' });
      const stream = await new Promise((resolve) => {
        window.sotto.streams['runs.attach']({ runId: 'x', from: 0 }, resolve);
        setTimeout(() => resolve('nothing'), 1000);
      });
      return { call, link, stream };
    })()`);
    foreign.destroy();
    return answers;
  });
  expect(reply).toMatchObject({
    call: { ok: false, error: { code: 'REQUEST_INVALID' } },
    link: { ok: false, error: { code: 'REQUEST_INVALID' } },
    stream: 'nothing',
  });
});

test('a second start shows the first window and ends', async ({ launch, profile }) => {
  const { app } = await launch();
  // Without a window manager focus cannot be seen, so the call is counted.
  await app.evaluate(({ app, BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window !== undefined) window.focus = () => Object.assign(app, { shown: true });
  });
  // A process of its own: a debugger cannot hold on to an app that ends before it is ready.
  const { executablePath, args, env } = startOf({ profile });
  // Electron takes SIGTERM for a wish to quit, and would pass.
  await promisify(execFile)(executablePath, args, { env, timeout: 60_000, killSignal: 'SIGKILL' });
  await expect.poll(() => app.evaluate(({ app }) => 'shown' in app)).toBe(true);
  expect(app.windows()).toHaveLength(1);
});

test('runs in Chromium’s sandbox as an ordinary user', async () => {
  await withSandboxedDesktop(async ({ app, page }) => {
    const argv = await app.evaluate(() => process.argv);
    expect(argv).not.toContain('--no-sandbox');
    const renderers = findDescendants(app.process().pid ?? -1, '--type=renderer');
    expect(renderers.length).toBeGreaterThan(0);
    for (const pid of renderers) {
      expect(processStatus(pid, 'Seccomp')).toBe('2');
      expect(processStatus(pid, 'NoNewPrivs')).toBe('1');
    }
    const chat = chatOf(page);
    await chat.ask('What is the capital of France?');
    await expectState(page, 0, 'complete');
    await expect(chat.texts.first()).toContainText('Paris');
  });
});
