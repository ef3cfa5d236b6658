/**
 * Plain YAML scalars as go-yaml v3 understands them (the reader inside the docker CLI), and their text as Go prints
 * it: both show through in environment values and labels. YAML 1.2 core, and from 1.1 octal `0NNN`, `1_000`, dates.
 */

/** A date or time: Docker knows them only as the text that Go makes of them. */
export interface GoTime {
  time: string;
}

/** Go tells 3.0 from 3, JavaScript does not. */
export interface GoFloat {
  float: number;
}

/** Numbers are whole; those beyond 2^53 are bigints. */
export type GoScalar = string | number | bigint | boolean | null | GoFloat | GoTime;

const constants = new Map<string, GoScalar>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

const wholeNumber = /^([-+]?)(?:0b([01]+)|0o([0-7]+)|0x([0-9a-fA-F]+)|0([0-7]+)|(0|[1-9][0-9]*))$/;
const floatNumber = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const largest = { min: -(2n ** 63n), max: 2n ** 64n - 1n };

/** Numbers that JSON does not know, and so neither Docker's schema. */
export const noNumber = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The value of a scalar without quotes. */
export function readPlain(text: string): GoScalar {
  const constant = constants.get(text);
  if (constant !== undefined) return constant;
  if (!/^[-+.0-9]/.test(text)) return text;
  const time = readTime(text);
  if (time !== undefined) return { time };
  const digits = text.replaceAll("_", "");
  const whole = readWhole(digits);
  if (whole !== undefined || !floatNumber.test(digits)) return whole ?? text;
  const float = Number(digits);
  // A number too large for Go's float64 is text.
  return Number.isFinite(float) ? { float } : text;
}

function readWhole(digits: string): number | bigint | undefined {
  const [, sign, binary, octal, hex, oldOctal, decimal] = wholeNumber.exec(digits) ?? [];
  const literal =
    binary !== undefined
      ? `0b${binary}`
      : hex !== undefined
        ? `0x${hex}`
        : (decimal ?? (octal ?? oldOctal ?? "").replace(/^/, "0o"));
  if (sign === undefined || literal.length > 80) return undefined;
  const value = sign === "-" ? -BigInt(literal) : BigInt(literal);
  if (value < largest.min || value > largest.max) return undefined;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

const date = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const clock = "(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(\\.\\d+)?";
const dateAndTime = new RegExp(
  `^(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:[Tt]${clock}(Z|[-+]\\d{2}:\\d{2})| ${clock})$`,
);

/** The text that Go prints for a timestamp, such as `2020-01-01 00:00:00 +0000 UTC`. */
function readTime(text: string): string | undefined {
  const day = date.exec(text);
  const full = dateAndTime.exec(text);
  if (day === null && full === null) return undefined;
  const [, year = "", month = "", dayOfMonth = ""] = day ?? full ?? [];
  const [hour = "0", minute = "0", second = "0", fraction = ""] =
    full === null ? [] : full[4] !== undefined ? full.slice(4, 8) : full.slice(9, 13);
  const two = (part: string): string => part.padStart(2, "0");
  const at = `${year}-${two(month)}-${two(dayOfMonth)}T${two(hour)}:${two(minute)}:${two(second)}Z`;
  const known = Date.parse(at);
  // Days that no month has (2020-02-31) are text, as in Go.
  if (Number.isNaN(known) || new Date(known).toISOString().slice(0, 10) !== at.slice(0, 10)) return undefined;
  const offset = (full?.[8] ?? "Z").replace("Z", "+00:00").replace(":", "");
  const zone = /^[-+]0000$/.test(offset) ? "+0000 UTC" : `${offset} ${offset}`;
  const parts = fraction.slice(0, 10).replace(/\.?0+$/, "");
  return `${at.slice(0, 10)} ${at.slice(11, 19)}${parts} ${zone}`;
}

/** A scalar as Go's `fmt.Sprint` prints it. */
export function goPrint(value: Exclude<GoScalar, null>): string {
  if (typeof value !== "object") return String(value);
  return "time" in value ? value.time : printFloat(value.float);
}

/** The shortest digits, from a million up and below 1e-4 with an exponent of at least two places. */
function printFloat(value: number): string {
  if (Object.is(value, -0)) return "-0";
  const exponent = value === 0 ? 0 : Number(value.toExponential().split("e")[1]);
  if (exponent >= -4 && exponent < 6) return String(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}
