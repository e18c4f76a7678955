import { create } from 'zustand';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { ModelSettings, ModelSettingsView, PresetValues } from '../../../contract/model-settings.ts';
import { bridge } from '../../api/bridge.ts';

interface SettingsState {
  /** Of the one model whose settings are open. */
  open: ModelSettingsView | undefined;
  problem: ErrorInfo | undefined;
}

export const useModelSettings = create<SettingsState>()(() => ({ open: undefined, problem: undefined }));

/** Opens the settings of a model, or closes them. */
export async function toggleSettings(id: string): Promise<void> {
  if (useModelSettings.getState().open?.id === id) closeSettings();
  else await read(id);
}

export function closeSettings(): void {
  useModelSettings.setState({ open: undefined, problem: undefined });
}

/** True when they were taken. A model that is loaded is loaded anew with the next question. */
export async function saveSettings(id: string, settings: Partial<ModelSettings>): Promise<boolean> {
  const reply = await bridge().calls['models.set']({ id, settings });
  useModelSettings.setState(reply.ok ? { open: reply.value, problem: undefined } : { problem: reply.error });
  return reply.ok;
}

export async function savePreset(id: string, name: string, values: PresetValues): Promise<boolean> {
  const reply = await bridge().calls['models.savePreset']({ name, values });
  if (reply.ok) await read(id);
  else useModelSettings.setState({ problem: reply.error });
  return reply.ok;
}

export async function removePreset(id: string, name: string): Promise<void> {
  await bridge().calls['models.removePreset']({ name });
  await read(id);
}

async function read(id: string): Promise<void> {
  const reply = await bridge().calls['models.settings']({ id });
  useModelSettings.setState(
    reply.ok ? { open: reply.value, problem: undefined } : { open: undefined, problem: reply.error },
  );
}
