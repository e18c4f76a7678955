import { realpathSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import type { SandboxRules } from '../../native/binding-types.ts';
import { readNpu } from '../system/npu.ts';
import type { EngineLoadMessage } from './protocol.ts';

/**
 * What an engine process may reach for one model: its files, the runtime, Sotto's own code and the cache. No other file of
 * the user's, no network. A model file counts as code (LiteRT's SECURITY.md), so whatever it does must stay inside.
 *
 * @param mainDir the folder of the bundle that runs
 */
export function sandboxFor(message: EngineLoadMessage, mainDir: string): SandboxRules {
  const { load } = message;
  const files =
    message.type === 'load'
      ? [load.modelPath]
      : [load.modelPath, message.load.tokenizerPath, message.load.voicePath, message.load.speakerPath];
  const devices = message.type === 'load' && message.load.backend !== 'cpu';
  return {
    read: [
      ...files.map(resolved),
      load.nativeDir,
      ...ownCode(mainDir),
      ...(devices ? driverFolders(load.nativeDir) : []),
    ],
    write: [load.cacheDir],
    devices,
  };
}

/** A link is followed by the system, and the rule is about what it leads to. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The bundle lies in out/main of the source tree, or in an archive beside what is unpacked of it. */
function ownCode(mainDir: string): string[] {
  const archive = mainDir.split(sep).findIndex((part) => part.endsWith('.asar'));
  if (archive !== -1) {
    const path = mainDir
      .split(sep)
      .slice(0, archive + 1)
      .join(sep);
    return [path, `${path}.unpacked`];
  }
  const root = join(mainDir, '..', '..');
  return [mainDir, join(root, 'node_modules'), join(root, 'package.json')];
}

/** Where a user has put drivers of a GPU or NPU. */
function driverFolders(nativeDir: string): string[] {
  const named = [process.env.VK_DRIVER_FILES, process.env.VK_ICD_FILENAMES].flatMap(
    (paths) => paths?.split(delimiter) ?? [],
  );
  const { dispatchDir } = readNpu(nativeDir);
  return [...named.map(dirname), ...(dispatchDir === undefined ? [] : [dispatchDir])];
}
