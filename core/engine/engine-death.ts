import type { ErrorCode } from '../../contract/errors.ts';
import { AppError } from '../errors.ts';
import type { ProcessExit } from '../process/process-handle.ts';

/** Whether an engine ended over what it was doing: the next one may do it, a model that is no good never will. */
export function isEngineDeath(code: ErrorCode): boolean {
  return code === 'ENGINE_CRASHED' || code === 'ENGINE_HUNG';
}

/** Why an engine's process is gone, in words for a user. */
export function engineDeath(
  exit: ProcessExit,
  state: { loading: boolean; hung: boolean; reason: string | undefined },
): AppError {
  const because = state.reason === undefined ? '' : ` ${state.reason}`;
  const cause = `exit ${exit.code ?? ''} ${exit.signal ?? ''}`;
  if (state.hung) {
    return new AppError(
      'ENGINE_HUNG',
      `The engine stopped responding and was restarted. What came is kept.${because}`,
      { hint: 'Try again.', cause },
    );
  }
  if (state.loading) {
    return new AppError('MODEL_LOAD_FAILED', `The engine ended while it loaded the model.${because}`, {
      hint: 'Verify the model, or choose another one.',
      cause,
    });
  }
  return new AppError('ENGINE_CRASHED', `The engine ended unexpectedly. What came is kept.${because}`, {
    hint: 'Try again.',
    cause,
  });
}
