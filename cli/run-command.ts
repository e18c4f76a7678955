import type { Core } from '../core/create-core.ts';
import { toErrorInfo } from '../core/errors.ts';
import { connectLine } from '../core/line/connect-line.ts';
import { createRouter } from '../core/router.ts';
import { userDataDir } from '../core/system/user-folders.ts';
import { type Client, createClient } from './client.ts';
import { reportFailure } from './output.ts';
import { createTerminalCore, readVersion } from './terminal-core.ts';

export interface JsonFlag {
  json?: boolean;
}

/** What a command about things that are kept works with. */
export interface Kept {
  /** The core of the window that is open, since it alone has the database; else one of the terminal's own. */
  client: Client;
  /** The terminal's own. */
  core: Core;
  json: boolean;
}

export type WithCore = (run: (core: Core) => Promise<number>) => Promise<void>;
export type WithKept = (flags: JsonFlag, run: (kept: Kept) => Promise<number>) => Promise<void>;

/** Runs a command on a core of its own that leaves nothing behind, and leaves with its exit status. */
export const withCore: WithCore = (run) => runOn(createTerminalCore(false), run);

/** Runs a command about what is kept. Its failure is told and becomes the exit status. */
export const withKept: WithKept = ({ json: wantsJson }, run) =>
  runOn(createTerminalCore(true), async (core) => {
    const json = wantsJson === true;
    try {
      const line = await connectLine(userDataDir(), readVersion());
      const client = createClient(line ?? createRouter(core), line !== undefined);
      return await run({ client, core, json }).finally(() => line?.close());
    } catch (error) {
      return reportFailure(toErrorInfo(error), json);
    }
  });

async function runOn(core: Core, run: (core: Core) => Promise<number>): Promise<void> {
  const status = await run(core);
  await core.dispose();
  process.exitCode = status;
  // A pipe that nobody closes (a terminal's standard input) must not keep the program alive.
  process.stdin.destroy();
}
