/** Longest tail of an engine's standard error that is kept: enough for the reason, too little to fill memory. */
const TAIL_CHARS = 16_384;

/** What an engine process last wrote, and what it means in words that a user may read. */
export interface StderrTail {
  add(text: string): void;
  reason(): string | undefined;
  /** The graphics adapter that the runtime chose is a program, not a device. */
  readonly isSoftwareAdapter: boolean;
}

const SOFTWARE_ADAPTER = /adapterType\W+(CPU|software)/i;

const REASONS: ReadonlyArray<readonly [pattern: RegExp, reason: string]> = [
  [/No adapters? found|no (suitable )?adapter/i, 'No graphics adapter was found.'],
  [SOFTWARE_ADAPTER, 'Only a software graphics adapter was found, which is slower than the CPU.'],
  [/vulkan.*(not found|failed|cannot open)|libvulkan/i, 'The Vulkan graphics driver is missing.'],
  [/std::bad_alloc|out of memory|RESOURCE_EXHAUSTED|cannot allocate memory/i, 'There was not enough memory.'],
  [/only supports CPU backend/i, 'The file of this model, whose context grows, runs on the CPU only.'],
  [/dispatch library|LiteRtDispatch/i, 'The NPU driver library is missing.'],
];

/** The known cause that a message of the runtime tells of. */
export function reasonIn(text: string): string | undefined {
  return REASONS.find(([pattern]) => pattern.test(text))?.[1];
}

/** Keeps the end of a process's standard error and recognises the known causes in it. */
export function createStderrTail(): StderrTail {
  let tail = '';
  let isSoftwareAdapter = false;
  return {
    add: (text) => {
      tail = (tail + text).slice(-TAIL_CHARS);
      // Said once, when the engine starts; the tail moves on.
      isSoftwareAdapter ||= SOFTWARE_ADAPTER.test(tail);
    },
    reason: () => reasonIn(tail),
    get isSoftwareAdapter() {
      return isSoftwareAdapter;
    },
  };
}
