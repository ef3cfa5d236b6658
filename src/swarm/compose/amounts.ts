/** Times, sizes and CPUs as Go programs read them. Each answers undefined for a text that is none. */

const units: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
const longest = 2 ** 63;

/** Nanoseconds of `1m30s`, `1.5h`, `-2ms`, `0` (Go: time.ParseDuration, whose rounding this keeps). */
export function readDuration(text: string): number | undefined {
  const rest = text.replace(/^[-+]/, "");
  if (rest === "0") return 0;
  let total = 0;
  part.lastIndex = 0;
  for (let at = 0; at < rest.length; at = part.lastIndex) {
    const [all, digits = "", fraction = "", unit = ""] = part.exec(rest) ?? [];
    if (all === undefined || `${digits}${fraction}` === "") return undefined;
    const size = units[unit] ?? 1;
    total += Number(digits) * size;
    if (fraction !== "") total += Math.trunc(Number(fraction) * (size / 10 ** fraction.length));
  }
  if (rest === "" || total >= longest) return undefined;
  return text.startsWith("-") ? -total : total;
}

const powers = ["", "k", "m", "g", "t", "p"];

/** Bytes of `64M`, `1.5g`, `512KiB`, `1 G`, `100`, in powers of 1024 (go-units: RAMInBytes). */
export function readSize(text: string): number | undefined {
  const [, digits, suffix = ""] =
    /^((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?) ?([a-zA-Z]{0,3})$/.exec(text) ?? [];
  const [, power, bytes = ""] = /^([kmgtp]?)(b|ib)?$/.exec(suffix.toLowerCase()) ?? [];
  if (digits === undefined || power === undefined || (power === "" && bytes === "ib")) return undefined;
  return Math.trunc(Number(digits) * 1024 ** powers.indexOf(power));
}

const billion = 1_000_000_000n;

/** Billionths of a CPU of `0.25`, `.5`, `1/2`, `1e-1`; undefined also for more than nine places. */
export function readCpus(text: string): number | undefined {
  const match = /^([-+]?)(?:(\d+)\/(\d+)|(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,2}))?)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, above, below, whole = "", fraction = "", exponent = "0"] = match;
  if (above === undefined && `${whole}${fraction}` === "") return undefined;
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(above ?? `${whole}${fraction}`);
  const top = digits * billion * (above === undefined && shift > 0 ? 10n ** BigInt(shift) : 1n);
  const bottom = BigInt(below ?? 1) * (above === undefined && shift < 0 ? 10n ** BigInt(-shift) : 1n);
  if (bottom === 0n || top % bottom !== 0n) return undefined;
  return Number(sign === "-" ? -(top / bottom) : top / bottom);
}
