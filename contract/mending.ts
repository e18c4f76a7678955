/** Bytes of a file, wherever they are read from. */
export interface ByteReader {
  readonly sizeBytes: number;
  /** Bytes from `offset`; fewer than asked for only at the end of the file. */
  read(offset: number, lengthBytes: number): Promise<Uint8Array>;
}

/** Bytes that are read instead of those in the file. */
export interface Patch {
  offset: number;
  bytes: Uint8Array;
}

/** A file as it would be whole, without what is unusable at its end. */
export interface Mending {
  /** Where the file ends. */
  endBytes: number;
  patches?: Patch[];
  /** Where it should have ended: padding is read from the end on. */
  paddedToBytes?: number;
}
