import { join, resolve } from 'node:path';
import { type Addon, loadAddon, type RawModelInfo } from './addon.ts';
import type { LiteRtRuntime, LoadRuntime, ModelInfo, SandboxFacts } from './binding-types.ts';
import { createEngine } from './engine.ts';
import { holdFile, holdFileSync } from './held-file.ts';
import { pinnedRuntime, resolveNativeDir } from './platform.ts';
import { loadSpeechModel, loadTensorModel } from './speech.ts';

export { isNativeError, NativeError } from './native-error.ts';

const defaultLogLevel = 3;
const modelTypes = ['unknown', 'llm', 'embedding'] as const;
const npuBrands = [undefined, 'Qualcomm', 'Google Tensor', 'MediaTek', 'Intel', 'Samsung'] as const;

function positive(value: number): number | undefined {
  return value > 0 ? value : undefined;
}

function describeModel(raw: RawModelInfo): ModelInfo {
  const brand = npuBrands[raw.npuBrand];
  const topK = positive(raw.topK);
  const topP = positive(raw.topP);
  const temperature = positive(raw.temperature);
  return {
    modelType: modelTypes[raw.modelType] ?? 'unknown',
    maxContextTokens: raw.maxContextTokens,
    dynamicContext: raw.dynamicContext,
    ...(raw.minRuntimeVersion !== '' && { minRuntimeVersion: raw.minRuntimeVersion }),
    supportsThinking: raw.supportsThinking,
    supportsFunctionCalling: raw.supportsFunctionCalling,
    ...(brand !== undefined && { npuBrand: brand }),
    ...(raw.socName !== '' && { socName: raw.socName }),
    sampler: {
      ...(topK !== undefined && { topK }),
      ...(topP !== undefined && { topP }),
      ...(temperature !== undefined && { temperature }),
    },
  };
}

function createRuntime(
  addon: Addon,
  facts: Pick<LiteRtRuntime, 'version' | 'platform' | 'libraryPath' | 'librarySha256' | 'sandbox'>,
): LiteRtRuntime {
  return {
    ...facts,
    createEngine: (options) => createEngine(addon, options),
    loadSpeechModel: (options) => loadSpeechModel(addon, options),
    loadTensorModel: (options) => loadTensorModel(addon, options),
    modelInfo: async (modelPath) => describeModel(await addon.modelInfo(modelPath)),
  };
}

/** See LoadRuntime in binding-types.ts. */
export const loadRuntime: LoadRuntime = async (options = {}) => {
  const nativeDir = resolve(resolveNativeDir(options.nativeDir));
  const pinned = pinnedRuntime(nativeDir);
  const libraryPath = resolve(options.libraryPath ?? pinned.libraryPath);
  const addonPath = resolve(options.addonPath ?? join(nativeDir, 'build', 'Release', 'sotto.node'));
  const { addon, sandbox } = openAddon(addonPath, options);
  const preloads: string[] = [];
  for (const { path, sha256 } of pinned.preloads) preloads.push((await holdFile(path, sha256)).from);
  const library = await holdFile(libraryPath, pinned.sha256);
  addon.open(libraryPath, library.from, preloads, options.logLevel ?? defaultLogLevel);
  return createRuntime(addon, {
    version: pinned.version,
    platform: pinned.platform,
    libraryPath,
    librarySha256: pinned.sha256,
    sandbox,
  });
};

/** Confines the process as soon as there is code to do so: threads that start later are confined with it. */
function openAddon(
  path: string,
  { addonSha256, confine }: NonNullable<Parameters<LoadRuntime>[0]>,
): { addon: Addon; sandbox: SandboxFacts | undefined } {
  const addon = loadAddon(path, holdFileSync(path, addonSha256).from);
  return { addon, sandbox: confine === undefined ? undefined : addon.confine(confine) };
}
