import type { NativeErrorShape } from './binding-types.ts';

export type NativeErrorCode = NativeErrorShape['code'];

const codes: readonly NativeErrorCode[] = [
  'RUNTIME_MISSING',
  'RUNTIME_UNTRUSTED',
  'RUNTIME_INCOMPATIBLE',
  'ENGINE_CREATE',
  'CONVERSATION_CREATE',
  'CONSTRAINT',
  'SEND',
  'CONTEXT',
  'DEAD_HANDLE',
  'BUSY',
  'ARGUMENT',
];

/** A failure of the native layer. The addon's own errors have the same shape but another class. */
export class NativeError extends Error implements NativeErrorShape {
  readonly code: NativeErrorCode;
  declare readonly absl?: number;

  constructor(code: NativeErrorCode, message: string) {
    super(message);
    this.name = 'NativeError';
    this.code = code;
  }
}

/** Whether something thrown has the shape that binding-types.ts promises. */
export function isNativeError(error: unknown): error is NativeErrorShape {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return codes.some((code) => code === error.code);
}
