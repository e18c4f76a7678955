const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** 1,234,567 bytes as "1.2 MB": powers of 1000, as disks and networks are sold. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${UNITS[unit]}`;
}
