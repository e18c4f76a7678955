import { AppError } from '../errors.ts';

/** Why an engine that keeps ending is left alone, see core/process/restart-budget.ts. */
export function engineStopped(cause?: AppError): AppError {
  return new AppError(
    'ENGINE_STOPPED',
    'The engine ended several times in a few minutes, so it is not started again.',
    { hint: 'Wait five minutes, choose another model, or restart Sotto.', cause },
  );
}
