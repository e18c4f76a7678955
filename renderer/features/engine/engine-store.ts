import { create } from 'zustand';
import type { EngineStatus } from '../../../contract/engine.ts';
import type { Model } from '../../../contract/models.ts';
import { bridge } from '../../api/bridge.ts';

interface EngineState {
  status: EngineStatus;
  models: Model[];
}

/** What runs where, as core tells it. */
export const useEngine = create<EngineState>()(() => ({ status: { state: 'idle' }, models: [] }));

/** Reads the state once and follows it. Returns the function that ends that. */
export function connectEngine(): () => void {
  const { calls, broadcasts } = bridge();
  let isTold = false;
  const stop = broadcasts['engine.status']((status) => {
    isTold = true;
    useEngine.setState({ status });
  });
  const load = async () => {
    const [models, status] = await Promise.all([
      calls['models.list'](undefined),
      calls['engine.status'](undefined),
    ]);
    if (models.ok) useEngine.setState({ models: models.value });
    // What was told meanwhile is newer than this reply.
    if (status.ok && !isTold) useEngine.setState({ status: status.value });
    // The page is drawn; now the first answer should not have to wait for the model.
    await calls['engine.warm'](undefined);
  };
  void load();
  return stop;
}

/** Reads anew which models there are and which answers: one was added, chosen or removed. */
export async function readModels(): Promise<void> {
  const models = await bridge().calls['models.list'](undefined);
  if (models.ok) useEngine.setState({ models: models.value });
}

/** The model that answers now, or will. */
export function selectModel({ status, models }: EngineState): Model | undefined {
  const id = status.state === 'idle' ? undefined : status.modelId;
  return models.find((model) => model.id === id) ?? models[0];
}
