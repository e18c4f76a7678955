import { readSync } from 'node:fs';
import { z } from 'zod';
import type { ContainerSection } from './container.ts';
import { type ByteSource, FlatBuffer, FlatBufferError, type FlatTable } from './flatbuffer.ts';

/** What a chat model takes once it is loaded, from its own graph. In bytes. */
export const memoryFactsSchema = z.object({
  /** Of the parts that are loaded for text: not the encoders of pictures and sound. */
  weightsBytes: z.int().nonnegative(),
  /** Keys and values of a context of fixed length, which are there from the start. */
  fixedCacheBytes: z.int().nonnegative(),
  /** Keys and values of each token, where the cache grows. */
  cacheBytesPerToken: z.int().nonnegative(),
});
export type MemoryFacts = z.infer<typeof memoryFactsSchema>;

/** Of the enum TensorType in TensorFlow Lite's schema: bytes of an element. */
const ELEMENT_BYTES: Record<number, number> = { 0: 4, 1: 2, 2: 4, 3: 1, 4: 8, 7: 2, 9: 1 };
/** Sections that a text engine does not load; the encoders come when a conversation has something for them. */
const NOT_FOR_TEXT = /vision|audio|image|drafter/;
const PAGE_BYTES = 16 * 1024;
const MAX_PAGES = 4096;

/** Fields of the schema's tables, by their index: https://github.com/google-ai-edge/LiteRT (tflite/schema.fbs). */
const MODEL = { subgraphs: 2, signatures: 7 };
const SIGNATURE = { inputs: 0, key: 2, subgraph: 4 };
const TENSOR_MAP = { name: 0, tensor: 1 };
const SUBGRAPH = { tensors: 0 };
const TENSOR = { shape: 0, type: 1, shapeSignature: 7 };

/** Reads a few pages of the decoder's graph. Undefined for a graph that is made otherwise, or damaged. */
export function readMemoryFacts(fd: number, sections: readonly ContainerSection[]): MemoryFacts | undefined {
  const used = sections.filter(({ modelType = '' }) => !NOT_FOR_TEXT.test(modelType));
  const weightsBytes = used
    .filter(({ kind }) => kind === 'tflite-model' || kind === 'tflite-weights')
    .reduce((sum, { begin, end }) => sum + end - begin, 0);
  const graphs = used.filter(({ kind }) => kind === 'tflite-model');
  const decoder = graphs.find(({ modelType }) => modelType === 'tf_lite_prefill_decode') ?? graphs[0];
  if (decoder === undefined) return undefined;
  try {
    const cache = readCache(new FlatBuffer(fileSource(fd, decoder)).root());
    return cache === undefined ? undefined : { weightsBytes, ...cache };
  } catch (error) {
    if (error instanceof FlatBufferError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The tensors that carry keys and values into each step of decoding. */
function readCache(model: FlatTable): Omit<MemoryFacts, 'weightsBytes'> | undefined {
  const decode = model.children(MODEL.signatures).find((one) => one.string(SIGNATURE.key) === 'decode');
  const subgraph = decode && model.childAt(MODEL.subgraphs, decode.u32(SIGNATURE.subgraph));
  if (decode === undefined || subgraph === undefined) return undefined;
  let fixedCacheBytes = 0;
  let cacheBytesPerToken = 0;
  for (const input of decode.children(SIGNATURE.inputs)) {
    if (!(input.string(TENSOR_MAP.name) ?? '').startsWith('kv_cache')) continue;
    const tensor = subgraph.childAt(SUBGRAPH.tensors, input.u32(TENSOR_MAP.tensor));
    if (tensor === undefined) return undefined;
    const elementBytes = ELEMENT_BYTES[tensor.u8(TENSOR.type)] ?? 4;
    const grows = tensor.numbers(TENSOR.shapeSignature);
    const shape = grows.length > 0 ? grows : tensor.numbers(TENSOR.shape);
    const bytes = shape.filter((length) => length > 0).reduce((all, length) => all * length, elementBytes);
    if (shape.some((length) => length < 0)) cacheBytesPerToken += bytes;
    else fixedCacheBytes += bytes;
  }
  const isSane = Number.isSafeInteger(fixedCacheBytes) && Number.isSafeInteger(cacheBytesPerToken);
  return isSane ? { fixedCacheBytes, cacheBytesPerToken } : undefined;
}

/** A section of a file, read by the page as it is asked for: weights may lie between the tables. */
function fileSource(fd: number, { begin, end }: ContainerSection): ByteSource {
  const pages = new Map<number, Uint8Array>();
  const byteLength = end - begin;
  const page = (index: number): Uint8Array => {
    const known = pages.get(index);
    if (known !== undefined) return known;
    if (pages.size >= MAX_PAGES) throw new FlatBufferError('a graph that is spread too widely');
    const start = index * PAGE_BYTES;
    const bytes = new Uint8Array(Math.min(PAGE_BYTES, byteLength - start));
    if (readSync(fd, bytes, 0, bytes.length, begin + start) !== bytes.length)
      throw new FlatBufferError('the file ends early');
    pages.set(index, bytes);
    return bytes;
  };
  return {
    byteLength,
    bytes: (at, length) => {
      const index = Math.floor(at / PAGE_BYTES);
      const within = at - index * PAGE_BYTES;
      const first = page(index);
      if (within + length <= first.length) return first.subarray(within, within + length);
      const whole = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const from = at + done;
        const part = page(Math.floor(from / PAGE_BYTES)).subarray(
          from % PAGE_BYTES,
          (from % PAGE_BYTES) + length - done,
        );
        whole.set(part, done);
        done += part.length;
      }
      return whole;
    },
  };
}
