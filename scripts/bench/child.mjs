import { fork } from 'node:child_process';

/** Answers "start" and "run" messages in a child process, so that its memory is its own. */
export function serveContender({ start, run }) {
  const reply = async (work) => {
    try {
      process.send?.({ ok: true, value: await work(), peakRssBytes: process.resourceUsage().maxRSS * 1024 });
    } catch (error) {
      process.send?.({ ok: false, error: String(error?.message ?? error) });
    }
  };
  process.on(
    'message',
    ({ type, input }) => void reply(() => (type === 'start' ? start(input) : run(input))),
  );
  process.on('disconnect', () => process.exit(0));
}

/** The other side: a contender whose work happens in `entry`. */
export function createChildContender(name, entry, setup) {
  let child;
  const ask = (type, input) =>
    new Promise((resolve, reject) => {
      const onMessage = (message) => {
        child.off('exit', onExit);
        if (message.ok) resolve({ ...message.value, peakRssBytes: message.peakRssBytes });
        else reject(new Error(message.error));
      };
      const onExit = (code, signal) => {
        child.off('message', onMessage);
        reject(new Error(`its process ended (${signal ?? code})`));
      };
      child.once('message', onMessage);
      child.once('exit', onExit);
      child.send({ type, input });
    });
  return {
    name,
    start: async () => {
      const input = await setup();
      child = fork(entry, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      return ask('start', input);
    },
    run: (prompt, tokens) => ask('run', { prompt, tokens }),
    stop: async () => void child?.kill('SIGKILL'),
  };
}
