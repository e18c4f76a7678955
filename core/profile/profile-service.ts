import { randomBytes } from 'node:crypto';
import {
  type MachineFacts,
  type ProfileEvent,
  type ProfileFormat,
  type ProfilePlan,
  type ProfileRow,
  type ProfileRun,
  profileFileSchema,
  profilePlanSchema,
} from '../../contract/profile.ts';
import type { CallOutput } from '../../contract/tables.ts';
import { checkParameters } from '../check-parameters.ts';
import type { EngineSupervisor } from '../engine/engine-supervisor.ts';
import type { SpeechEngines } from '../engine/speech/speech-engines.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { createEventQueue } from '../event-queue.ts';
import { type MeasuringOptions, planMeasurements } from './measurements.ts';
import { toMarkdown } from './profile-report.ts';
import type { ProfileStore } from './profile-store.ts';

/** How fast models are on this machine, measured, kept and compared. */
export interface ProfileService {
  /**
   * Every outcome is an event. Aborting keeps what was measured till then, in a run that is not whole.
   *
   * @param plan a ProfilePlan once it is checked here; what is out of range fails as PARAM_RANGE
   */
  run(plan: unknown, signal: AbortSignal): AsyncGenerator<ProfileEvent, void, void>;
  list(): Promise<ProfileRun[]>;
  remove(id: string): Promise<void>;
  /** These runs, or all. @throws AppError PROFILE_UNKNOWN where there is none. */
  export(ids: readonly string[], format: ProfileFormat): Promise<CallOutput<'profile.export'>>;
  /** Takes the runs of an exported file, of this machine or another. @throws AppError IMPORT_FORMAT. */
  import(text: string): Promise<number>;
}

export interface ProfileOptions extends MeasuringOptions {
  engines: Pick<EngineSupervisor, 'isBusy' | 'unload'>;
  hearing: MeasuringOptions['hearing'] & { engines: Pick<SpeechEngines, 'turns' | 'unload'> };
  store: ProfileStore;
  facts: () => Promise<MachineFacts>;
  /** The list is another. */
  onChange: () => void;
}

export function createProfileService(options: ProfileOptions): ProfileService {
  const { engines, hearing, store, facts, onChange, ...rest } = options;
  const measuring = { ...rest, hearing };
  let isRunning = false;

  async function* run(plan: ProfilePlan, signal: AbortSignal): AsyncGenerator<ProfileEvent, void, void> {
    const measurements = await planMeasurements(plan, measuring);
    if (engines.isBusy || hearing.engines.turns.isTaken) throw busy();
    // Two models at once would be measured against each other.
    await Promise.all([engines.unload(), hearing.engines.unload()]);
    const perRow = plan.rounds + 1;
    const total = measurements.length * perRow;
    const machineFacts = await facts();
    const measuredAt = new Date().toISOString();
    const rows: ProfileRow[] = [];
    for (const [index, measurement] of measurements.entries()) {
      const now = measurement.about;
      const queue = createEventQueue<ProfileEvent>();
      let done = index * perRow;
      queue.push({ type: 'progress', done, total, now });
      const onAnswer = () => {
        done += 1;
        queue.push({ type: 'progress', done, total, now });
      };
      const row = measurement.row(onAnswer, signal).finally(() => queue.end());
      // Awaited below.
      row.catch(() => undefined);
      yield* queue.iterate();
      const measured = await row.catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      if (measured === undefined) break;
      rows.push(measured);
      yield { type: 'row', row: measured };
    }
    const isWhole = rows.length === measurements.length;
    const id = `${measuredAt.slice(0, 19).replaceAll(/[:T]/g, '-')}-${randomBytes(3).toString('hex')}`;
    const modelIds = [...new Set(measurements.map(({ about }) => about.modelId))];
    const result: ProfileRun = {
      version: 1,
      id,
      measuredAt,
      isWhole,
      machine: machineFacts,
      plan: { ...plan, models: modelIds },
      rows,
    };
    // Of a run that was stopped at once nothing is known.
    if (rows.length > 0) {
      await store.keep(result);
      onChange();
    }
    yield { type: 'done', run: result };
  }

  return {
    async *run(plan, signal) {
      if (isRunning) {
        yield { type: 'failed', error: busy().toInfo() };
        return;
      }
      isRunning = true;
      try {
        yield* run(checkParameters(profilePlanSchema, plan), signal);
      } catch (error) {
        yield { type: 'failed', error: toErrorInfo(error) };
      } finally {
        isRunning = false;
      }
    },
    list: store.list,
    remove: async (id) => {
      await store.remove(id);
      onChange();
    },
    export: async (ids, format) => {
      const runs = (await store.list()).filter(({ id }) => ids.length === 0 || ids.includes(id));
      if (runs.length === 0) {
        throw new AppError('PROFILE_UNKNOWN', 'There is no such measurement.', {
          hint: 'See `sotto bench list`.',
        });
      }
      const text =
        format === 'md' ? toMarkdown(runs) : `${JSON.stringify({ kind: 'sotto-profile', runs }, null, 2)}\n`;
      return { name: `sotto-speed.${format}`, bytes: new TextEncoder().encode(text) };
    },
    import: async (text) => {
      const { runs } = parseFile(text);
      for (const one of runs) await store.keep(one);
      onChange();
      return runs.length;
    },
  };
}

function parseFile(text: string): { runs: ProfileRun[] } {
  try {
    return profileFileSchema.parse(JSON.parse(text));
  } catch {
    throw new AppError('IMPORT_FORMAT', 'This is no file of measurements.', {
      hint: 'Take one that Sotto has exported as JSON.',
    });
  }
}

function busy(): AppError {
  return new AppError('ENGINE_BUSY', 'Sotto is answering or measuring already.', {
    hint: 'Wait until that is done.',
  });
}
