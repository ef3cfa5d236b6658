/** Values as Go prints them in what `docker stack config` says. */

const units = [
  ["h", 3600n * 10n ** 9n],
  ["m", 60n * 10n ** 9n],
] as const;

/** A duration in nanoseconds, as Go's `time.Duration` prints it: `1m30s`, `500ms`, `1h0m0s`, `0s`. */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  const sign = nanoseconds < 0 ? "-" : "";
  let left = BigInt(Math.abs(nanoseconds));
  if (left < 10n ** 9n) return `${sign}${small(Number(left))}`;
  let words = "";
  for (const [unit, size] of units) {
    const count = left / size;
    left %= size;
    if (count > 0n || words !== "") words += `${count}${unit}`;
  }
  const seconds = `${left / 10n ** 9n}.${(left % 10n ** 9n).toString().padStart(9, "0")}`;
  return `${sign}${words}${seconds.replace(/\.?0+$/, "") || "0"}s`;
}

function small(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  return nanoseconds < 1e6 ? `${nanoseconds / 1e3}µs` : `${nanoseconds / 1e6}ms`;
}

/** The shortest digits that mean the same 32-bit float. */
export function goFloat32(value: number): number {
  const cut = Math.fround(value);
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(cut.toPrecision(digits));
    if (Math.fround(short) === cut) return short;
  }
  return cut;
}
