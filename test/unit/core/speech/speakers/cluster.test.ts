import { describe, expect, it } from 'vitest';
import { clusterVoices, type Voice } from '../../../../../core/speech/speakers/cluster.ts';

const SIZE = 64;

/** The same numbers every time (a linear congruential generator, Numerical Recipes), -0.5 to 0.5. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

const lengthOne = (vector: number[]) => {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => value / length);
};

/** A person's voice as it sounds each time: one direction, and some noise. */
function person(seed: number, noise = 0.4): (ms: number) => Voice {
  const random = randomOf(seed);
  const centre = lengthOne(Array.from({ length: SIZE }, random));
  return (ms) => ({
    ms,
    print: lengthOne(Array.from(centre, (value) => value + (noise * random()) / Math.sqrt(SIZE / 12))),
  });
}

/** Two voices that differ by so much in every number: 0.15 makes them hard to tell apart, 0.3 easy. */
function alike(difference: number): [(ms: number) => Voice, (ms: number) => Voice] {
  const random = randomOf(5);
  const base = Array.from({ length: SIZE }, random);
  const voice = (which: number) => (ms: number) => ({
    ms,
    print: lengthOne(base.map((value, i) => value + (i % 2 === which ? difference : 0) + 0.1 * random())),
  });
  return [voice(0), voice(1)];
}

const [anna, ben, cleo] = [person(11), person(22), person(33)];

describe('clusterVoices', () => {
  it('finds one person where one speaks', () => {
    expect(clusterVoices([3000, 2500, 4000, 1000].map(anna))).toEqual([0, 0, 0, 0]);
  });

  it('tells people apart and counts them in the order in which they speak', () => {
    const voices = [ben(4000), anna(3000), ben(2000), cleo(5000), anna(4000), cleo(3000), ben(300)];
    expect(clusterVoices(voices)).toEqual([0, 1, 0, 2, 1, 2, 0]);
  });

  it('gives what is said in passing to whom it is most like, and makes nobody of a cough', () => {
    const cough = person(99)(900);
    const labels = clusterVoices([anna(5000), ben(5000), anna(500), ben(500), cough, anna(4000)]);
    expect(labels.slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect(new Set(labels).size).toBe(2);
  });

  it('makes nobody of many coughs, nor of who is heard for two seconds', () => {
    const coughs = Array.from({ length: 6 }, () => person(99)(900));
    expect(new Set(clusterVoices([anna(5000), ben(5000), ...coughs, anna(5000)])).size).toBe(2);
    expect(new Set(clusterVoices([anna(5000), ben(5000), cleo(2000)])).size).toBe(2);
  });

  it('tells people apart who are as much alike as women of one studio', () => {
    const [one, other] = alike(0.3);
    expect(clusterVoices([one, other, one, other].map((voice) => voice(5000)))).toEqual([0, 1, 0, 1]);
  });

  it('makes nobody of who says next to nothing of a long talk', () => {
    const long = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? anna(9000) : ben(9000)));
    expect(new Set(clusterVoices([...long, cleo(5000)])).size).toBe(2);
  });

  it('joins the most alike where fewer people are told than there seem to be', () => {
    const voices = [anna(6000), ben(6000), anna(6000), ben(6000), cleo(6000), cleo(6000)];
    expect(new Set(clusterVoices(voices, 2)).size).toBe(2);
    expect(new Set(clusterVoices(voices, 1)).size).toBe(1);
  });

  it('tells people apart who sound alike when it is told how many there are', () => {
    const sisters = alike(0.15);
    const voices = Array.from({ length: 12 }, (_, i) => (sisters[i % 2] ?? anna)(5000));
    expect(new Set(clusterVoices(voices)).size).toBe(1);
    expect(clusterVoices(voices, 2)).toEqual(voices.map((_, i) => i % 2));
  });

  it('does not need a voice that is heard for long', () => {
    expect(clusterVoices([anna(600), anna(500)])).toEqual([0, 0]);
    expect(clusterVoices([anna(600)], 3)).toEqual([0]);
    expect(clusterVoices([])).toEqual([]);
  });
});
