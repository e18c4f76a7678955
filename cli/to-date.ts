/** As lists show it: a minute of UTC. @param ms since 1970 */
export function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
