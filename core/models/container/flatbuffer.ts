/** Thrown when an offset leads outside the buffer: the file is damaged or hostile. */
export class FlatBufferError extends Error {}

const UTF8 = new TextDecoder('utf-8', { fatal: false });
/** Vectors longer than this are refused: a real header has a few dozen entries. */
const MAX_VECTOR_LENGTH = 4096;
const MAX_STRING_BYTES = 1024 * 1024;

/** Where the bytes of a FlatBuffer come from: memory, or a file of which only parts are read. */
export interface ByteSource {
  readonly byteLength: number;
  /** `length` bytes from `at`, which lie inside. */
  bytes(at: number, length: number): Uint8Array;
}

/**
 * A FlatBuffer reader that checks every offset, because the file comes from anywhere and the runtime
 * itself does not check. Format: https://flatbuffers.dev/internals/
 */
export class FlatBuffer {
  private readonly source: ByteSource;

  constructor(source: Uint8Array | ByteSource) {
    this.source =
      source instanceof Uint8Array
        ? { byteLength: source.byteLength, bytes: (at, length) => source.subarray(at, at + length) }
        : source;
  }

  /** The root table of the buffer. */
  root(): FlatTable {
    return this.table(this.indirect(0));
  }

  u8(at: number): number {
    return this.view(at, 1).getUint8(0);
  }

  u16(at: number): number {
    return this.view(at, 2).getUint16(0, true);
  }

  u32(at: number): number {
    return this.view(at, 4).getUint32(0, true);
  }

  i32(at: number): number {
    return this.view(at, 4).getInt32(0, true);
  }

  u64(at: number): bigint {
    return this.view(at, 8).getBigUint64(0, true);
  }

  f32(at: number): number {
    return this.view(at, 4).getFloat32(0, true);
  }

  /** Follows a 32-bit forward offset stored at `at`. */
  indirect(at: number): number {
    const offset = this.u32(at);
    const target = at + offset;
    if (offset === 0) throw new FlatBufferError('null offset');
    this.check(target, 4);
    return target;
  }

  string(at: number): string {
    const start = this.indirect(at);
    const length = this.u32(start);
    if (length > MAX_STRING_BYTES) throw new FlatBufferError(`string of ${length} bytes`);
    this.check(start + 4, length);
    return UTF8.decode(this.source.bytes(start + 4, length));
  }

  /** Positions of the elements of a vector of offsets. */
  offsetVector(at: number): number[] {
    const start = this.indirect(at);
    const length = this.u32(start);
    if (length > MAX_VECTOR_LENGTH) throw new FlatBufferError(`vector of ${length} elements`);
    this.check(start + 4, length * 4);
    return Array.from({ length }, (_, i) => this.indirect(start + 4 + i * 4));
  }

  /** A vector of 32-bit numbers, such as a shape. */
  numberVector(at: number): number[] {
    const start = this.indirect(at);
    const length = this.u32(start);
    if (length > MAX_VECTOR_LENGTH) throw new FlatBufferError(`vector of ${length} elements`);
    this.check(start + 4, length * 4);
    return Array.from({ length }, (_, i) => this.i32(start + 4 + i * 4));
  }

  /** The position of one element of a vector of offsets, which may be longer than what is read whole. */
  element(at: number, index: number): number {
    const start = this.indirect(at);
    if (index >= this.u32(start)) throw new FlatBufferError(`no element ${index}`);
    return this.indirect(start + 4 + index * 4);
  }

  table(at: number): FlatTable {
    const vtable = at - this.i32(at);
    const vtableSize = this.u16(vtable);
    const tableSize = this.u16(vtable + 2);
    if (vtableSize < 4 || vtableSize % 2 !== 0) throw new FlatBufferError('vtable size');
    this.check(vtable, vtableSize);
    this.check(at, tableSize);
    return new FlatTable(this, at, vtable, vtableSize, tableSize);
  }

  private view(at: number, size: number): DataView {
    this.check(at, size);
    const bytes = this.source.bytes(at, size);
    return new DataView(bytes.buffer, bytes.byteOffset, size);
  }

  private check(at: number, size: number): void {
    if (!Number.isSafeInteger(at) || at < 0 || size < 0 || at + size > this.source.byteLength) {
      throw new FlatBufferError(`offset ${at} with ${size} bytes leaves the buffer`);
    }
  }
}

/** One table; fields are addressed by their index in the schema. */
export class FlatTable {
  private readonly buffer: FlatBuffer;
  private readonly at: number;
  private readonly vtable: number;
  private readonly vtableSize: number;
  private readonly tableSize: number;

  constructor(buffer: FlatBuffer, at: number, vtable: number, vtableSize: number, tableSize: number) {
    this.buffer = buffer;
    this.at = at;
    this.vtable = vtable;
    this.vtableSize = vtableSize;
    this.tableSize = tableSize;
  }

  /** Absolute position of a field, or undefined where the writer left it at its default. */
  field(index: number): number | undefined {
    const slot = 4 + index * 2;
    if (slot + 2 > this.vtableSize) return undefined;
    const offset = this.buffer.u16(this.vtable + slot);
    if (offset === 0) return undefined;
    if (offset >= this.tableSize) throw new FlatBufferError('field outside its table');
    return this.at + offset;
  }

  child(index: number): FlatTable | undefined {
    const at = this.field(index);
    return at === undefined ? undefined : this.buffer.table(this.buffer.indirect(at));
  }

  children(index: number): FlatTable[] {
    const at = this.field(index);
    return at === undefined
      ? []
      : this.buffer.offsetVector(at).map((position) => this.buffer.table(position));
  }

  /** One element of a vector of tables. */
  childAt(index: number, element: number): FlatTable | undefined {
    const at = this.field(index);
    return at === undefined ? undefined : this.buffer.table(this.buffer.element(at, element));
  }

  numbers(index: number): number[] {
    const at = this.field(index);
    return at === undefined ? [] : this.buffer.numberVector(at);
  }

  string(index: number): string | undefined {
    const at = this.field(index);
    return at === undefined ? undefined : this.buffer.string(at);
  }

  u8(index: number): number {
    const at = this.field(index);
    return at === undefined ? 0 : this.buffer.u8(at);
  }

  u32(index: number): number {
    const at = this.field(index);
    return at === undefined ? 0 : this.buffer.u32(at);
  }

  u64(index: number): bigint {
    const at = this.field(index);
    return at === undefined ? 0n : this.buffer.u64(at);
  }
}
