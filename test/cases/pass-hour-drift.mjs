/** Sixty sentences, each at its minute. */
export function judge({ output }) {
  const starts = [...output.matchAll(/^(\d\d):(\d\d):(\d\d),(\d{3}) -->/gm)].map(
    ([, hours, minutes, seconds, ms]) =>
      ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms),
  );
  const problems = starts.length === 60 ? [] : [`there are ${starts.length} subtitles instead of 60`];
  const late = starts.filter((ms, index) => Math.abs(ms - index * 60_000) > 500);
  if (late.length > 0) problems.push(`${late.length} do not begin at their minute`);
  return problems;
}
