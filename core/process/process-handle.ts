/**
 * The one seam between those who use a process and the two ways to have one: Node's child_process and
 * Electron's utilityProcess. A handle is of one process only: after its exit it is spent.
 */
export interface ProcessHandle {
  readonly pid: number | undefined;
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once. `signal` is set where the system tells it. */
  onExit(listener: (exit: ProcessExit) => void): void;
  /** Text that the process wrote to its standard error, in pieces. */
  onStderr(listener: (text: string) => void): void;
  /** Ends the process at once, also one that is stopped or hangs. */
  kill(): void;
}

export interface ProcessExit {
  code: number | null;
  signal: string | null;
}

/** Starts one process; throws where it cannot even try. */
export type ProcessLauncher = () => ProcessHandle;
