/** What Sotto uses of the driver; version 13 comes without types of its own. */
declare module 'better-sqlite3-multiple-ciphers' {
  export interface Statement {
    readonly reader: boolean;
    all(...parameters: unknown[]): unknown[];
    get(...parameters: unknown[]): unknown;
    run(...parameters: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
    iterate(...parameters: unknown[]): IterableIterator<unknown>;
    pluck(): Statement;
  }
  export default class Database {
    constructor(path: string, options?: { readonly?: boolean; fileMustExist?: boolean; timeout?: number });
    prepare(text: string): Statement;
    pragma(text: string, options?: { simple?: boolean }): unknown;
    exec(text: string): this;
    function(name: string, options: { deterministic: boolean }, run: (...values: unknown[]) => unknown): this;
    transaction<T>(work: () => T): { (): T; immediate(): T };
    close(): void;
    readonly open: boolean;
    readonly inTransaction: boolean;
  }
}
