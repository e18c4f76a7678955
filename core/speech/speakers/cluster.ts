/** A voice, heard for some time. */
export interface Voice {
  /** Of length 1; see VoicePrinter. */
  print: Float32Array;
  /** How long it was heard: a long speech tells more of a voice than a short one. */
  ms: number;
}

/**
 * How alike two groups of voices are when they are one person's: cosine of their sums. The best of 0.75 to 0.84 on
 * 960 mixtures of eight voices; below, women of one studio become one, above, one person becomes two
 * (docs/performance.md).
 */
const ALIKE = 0.78;
/** Where the number of people is told, the likeness is looked for between these. */
const MOST_ALIKE = 0.9;
const LEAST_ALIKE = 0.5;
const ALIKE_STEP = 0.02;
/** Voices heard for less are too uncertain to tell people apart by; they join whom they are most like. */
const ANCHOR_MS = 1_600;
/** Who says less in all is no person but a cough, a laugh, a ringing phone. */
const MIN_PERSON_MS = 4_000;
const MIN_PERSON_SHARE = 0.03;
/** Comparing all with all takes time and memory with the square; the longest are the most certain. */
const MAX_ANCHORS = 800;

/**
 * Tells which voices are one person's: bottom-up clustering by the likeness of the groups' sums, then every voice to
 * the group that it is most like. Gives a number for each voice, from 0, in the order in which the people speak first.
 *
 * @param count how many people speak, where that is known; 1 to 10. Fewer are told where fewer can be told apart.
 */
export function clusterVoices(voices: readonly Voice[], count?: number): number[] {
  const anchors = anchorsOf(voices);
  let groups = count === undefined ? peopleAt(anchors, ALIKE) : peopleFor(anchors, count);
  // Twice, as groups that have lost or won somebody sound a little different.
  for (let round = 0; round < 2; round += 1) {
    const labels = voices.map((voice) => nearest(voice, groups));
    groups = groups.map((group, index) => {
      const own = voices.filter((_, at) => labels[at] === index);
      return own.length === 0 ? group : sumOf(own);
    });
  }
  return inOrderOfAppearance(voices.map((voice) => nearest(voice, groups)));
}

/** What a group of voices sounds like together. */
interface Group {
  sum: Float32Array;
  length: number;
  ms: number;
}

function anchorsOf(voices: readonly Voice[]): Voice[] {
  return voices
    .filter(({ ms }) => ms >= ANCHOR_MS)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, MAX_ANCHORS);
}

function peopleAt(anchors: readonly Voice[], alike: number): Group[] {
  return peopleIn(joinAlike(anchors.map(alone), alike));
}

/** The last step at which there are so many people; what is too many is joined. */
function peopleFor(anchors: readonly Voice[], count: number): Group[] {
  let groups = anchors.map(alone);
  let people: Group[] = [];
  for (let alike = MOST_ALIKE; alike >= LEAST_ALIKE; alike -= ALIKE_STEP) {
    groups = joinAlike(groups, alike);
    const found = peopleIn(groups);
    if (found.length >= Math.min(count, people.length)) people = found;
  }
  return merge(people, (left) => left > count);
}

function peopleIn(groups: readonly Group[]): Group[] {
  const leastMs = Math.max(MIN_PERSON_MS, MIN_PERSON_SHARE * groups.reduce((sum, { ms }) => sum + ms, 0));
  return groups.filter(({ ms }) => ms >= leastMs);
}

const alone = (voice: Voice): Group => sumOf([voice]);
const joinAlike = (groups: Group[], alike: number): Group[] => merge(groups, (_, best) => best >= alike);

/** Joins the two groups that are most alike, again and again. */
function merge(groups: Group[], goesOn: (left: number, best: number) => boolean): Group[] {
  const living = [...groups];
  // Of each group, how alike the ones before it are.
  const rows = living.map((group, index) => living.slice(0, index).map((other) => alikeness(group, other)));
  for (;;) {
    const { a, b, alike } = mostAlike(rows);
    const [one, other] = [living[a], living[b]];
    if (a === b || one === undefined || other === undefined || !goesOn(living.length, alike)) return living;
    const joined = join(one, other);
    // b is the smaller of the two: it stays, a goes.
    living[b] = joined;
    living.splice(a, 1);
    rows.splice(a, 1);
    for (const row of rows) if (row.length > a) row.splice(a, 1);
    for (const [index, group] of living.entries()) {
      const [row, column] = index > b ? [rows[index], b] : [rows[b], index];
      if (index !== b && row !== undefined) row[column] = alikeness(group, joined);
    }
  }
}

/** Plain loops: this is looked for as often as there are groups. */
function mostAlike(rows: readonly number[][]): { a: number; b: number; alike: number } {
  const best = { a: 0, b: 0, alike: -1 };
  for (let a = 1; a < rows.length; a += 1) {
    const row = rows[a] ?? [];
    for (let b = 0; b < row.length; b += 1) {
      const alike = row[b] ?? -1;
      if (alike > best.alike) Object.assign(best, { a, b, alike });
    }
  }
  return best;
}

function sumOf(voices: readonly Voice[]): Group {
  const sum = new Float32Array(voices[0]?.print.length ?? 0);
  let total = 0;
  for (const { print, ms } of voices) {
    for (const [index, value] of print.entries()) sum[index] = (sum[index] ?? 0) + value * ms;
    total += ms;
  }
  return { sum, length: Math.hypot(...sum), ms: total };
}

function join(a: Group, b: Group): Group {
  const sum = a.sum.map((value, index) => value + (b.sum[index] ?? 0));
  return { sum, length: Math.hypot(...sum), ms: a.ms + b.ms };
}

function alikeness(a: Group, b: Group): number {
  return product(a.sum, b.sum) / Math.max(Number.EPSILON, a.length * b.length);
}

function nearest({ print }: Voice, groups: readonly Group[]): number {
  let best = 0;
  let most = -1;
  for (const [index, { sum, length }] of groups.entries()) {
    const alike = product(print, sum) / Math.max(Number.EPSILON, length);
    if (alike > most) [best, most] = [index, alike];
  }
  return best;
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

function inOrderOfAppearance(labels: readonly number[]): number[] {
  const order = [...new Set(labels)];
  return labels.map((label) => order.indexOf(label));
}
