/** The order in which they are asked. Each answer is set beside the yardstick's just before and just after it. */

/**
 * Loads each of them anew, in turn; leaves all of them running.
 *
 * @param {Array<{name: string, start: () => Promise<{loadMs: number}>, stop: () => Promise<void>}>} contestants
 * @param {number} times
 * @returns {Promise<Map<string, number[]>>} milliseconds by name, the first, which repacks weights, left out
 */
export async function measureLoads(contestants, times) {
  const loads = new Map(contestants.map(({ name }) => [name, []]));
  for (let time = 0; time <= times; time += 1) {
    for (const contestant of contestants) {
      if (time > 0) await contestant.stop();
      const { loadMs } = await contestant.start();
      if (time > 0) loads.get(contestant.name).push(loadMs);
    }
  }
  return loads;
}

/**
 * Asks all of them in turn.
 *
 * @param {{ask: () => Promise<object>}} yardstick
 * @param {Array<{name: string, ask: () => Promise<object>}>} contestants
 * @param {number} rounds
 * @returns {Promise<Array<{name: string, figures: object, before: object, after: object}>>}
 */
export async function askInTurn(yardstick, contestants, rounds) {
  const samples = [];
  let before = await yardstick.ask();
  for (let round = 0; round < rounds; round += 1) {
    // Every other round from the end: none is always the one just after the yardstick.
    for (const contestant of round % 2 === 0 ? contestants : [...contestants].reverse()) {
      const figures = await contestant.ask();
      const after = await yardstick.ask();
      samples.push({ name: contestant.name, figures, before, after });
      before = after;
    }
  }
  return samples;
}
