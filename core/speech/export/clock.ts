/**
 * A time as hours:minutes:seconds; hours have two digits or as many as they need.
 *
 * @param fraction what stands before the milliseconds; left out, there are none.
 */
export function formatClock(timeMs: number, fraction?: ',' | '.'): string {
  const ms = fraction === undefined ? Math.floor(timeMs) : Math.round(timeMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1_000) % 60];
  const seconds = clock.map(two).join(':');
  return fraction === undefined ? seconds : `${seconds}${fraction}${String(ms % 1_000).padStart(3, '0')}`;
}
