/** Thrown when an offset leads outside the buffer: the file is damaged or hostile. */
export class FlatBufferError extends Error {}

const UTF8 = new TextDecoder('utf-8', { fatal: false });
/** Vectors longer than this are refused: a real header has a few dozen entries. */
const MAX_VECTOR_LENGTH = 4096;

/**
 * A FlatBuffer reader that checks every offset, because the file comes from anywhere and the runtime
 * itself does not check. Format: https://flatbuffers.dev/internals/
 */
export class FlatBuffer {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The root table of the buffer. */
  root(): FlatTable {
    return this.table(this.indirect(0));
  }

  u8(at: number): number {
    this.check(at, 1);
    return this.view.getUint8(at);
  }

  u16(at: number): number {
    this.check(at, 2);
    return this.view.getUint16(at, true);
  }

  u32(at: number): number {
    this.check(at, 4);
    return this.view.getUint32(at, true);
  }

  u64(at: number): bigint {
    this.check(at, 8);
    return this.view.getBigUint64(at, true);
  }

  f32(at: number): number {
    this.check(at, 4);
    return this.view.getFloat32(at, true);
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
    this.check(start + 4, length);
    return UTF8.decode(this.bytes.subarray(start + 4, start + 4 + length));
  }

  /** Positions of the elements of a vector of offsets. */
  offsetVector(at: number): number[] {
    const start = this.indirect(at);
    const length = this.u32(start);
    if (length > MAX_VECTOR_LENGTH) throw new FlatBufferError(`vector of ${length} elements`);
    this.check(start + 4, length * 4);
    return Array.from({ length }, (_, i) => this.indirect(start + 4 + i * 4));
  }

  table(at: number): FlatTable {
    this.check(at, 4);
    const vtable = at - this.view.getInt32(at, true);
    const vtableSize = this.u16(vtable);
    const tableSize = this.u16(vtable + 2);
    if (vtableSize < 4 || vtableSize % 2 !== 0) throw new FlatBufferError('vtable size');
    this.check(vtable, vtableSize);
    this.check(at, tableSize);
    return new FlatTable(this, at, vtable, vtableSize, tableSize);
  }

  private check(at: number, size: number): void {
    if (!Number.isSafeInteger(at) || at < 0 || size < 0 || at + size > this.bytes.byteLength) {
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

  string(index: number): string | undefined {
    const at = this.field(index);
    return at === undefined ? undefined : this.buffer.string(at);
  }

  u8(index: number): number {
    const at = this.field(index);
    return at === undefined ? 0 : this.buffer.u8(at);
  }

  u64(index: number): bigint {
    const at = this.field(index);
    return at === undefined ? 0n : this.buffer.u64(at);
  }
}
