import { fork } from 'node:child_process';

/** Answers "start" and "run" messages in a child process, so that its memory is its own. */
export function serveContender({ start, run }) {
  const reply = async (work) => {
    try {
      const value = await work();
      process.send?.({ ok: true, value, peakRssBytes: process.resourceUsage().maxRSS * 1024 });
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
  let peakRssBytes = 0;
  const ask = (type, input) =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => {
        peakRssBytes = message.peakRssBytes ?? peakRssBytes;
        if (message.ok) resolve(message.value);
        else reject(new Error(message.error));
      });
      child.once('exit', (code) => reject(new Error(`its process ended with status ${code}`)));
      child.send({ type, input });
    });
  return {
    name,
    start: async () => {
      const input = await setup();
      child = fork(entry, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      return ask('start', input);
    },
    run: async (prompt, tokens) => ({ ...(await ask('run', { prompt, tokens })), peakRssBytes }),
    stop: async () => void child?.kill('SIGKILL'),
  };
}
