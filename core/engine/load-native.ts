/** The only import of native code: everything else sees LiteRT through the types. */
export { loadRuntime } from '../../native/index.ts';
