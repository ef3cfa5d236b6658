import type { StatementFormat } from "./types.ts";

/** As far as a file's first signs say what it is. */
const lookedAtBytes = 4096;

/**
 * The format that a file has by its first signs, where nobody has named one; undefined: it is none that is read here.
 * Whether it is whole and in order, its reader says.
 */
export function formatOf(file: Uint8Array): StatementFormat | "json" | undefined {
  const bytes = file.subarray(0, lookedAtBytes);
  if (bytes.includes(0)) return undefined;
  // All that is looked for is ASCII.
  const text = Buffer.from(bytes).toString("latin1").replace(/^ï»¿/, "").trimStart();
  if (/^OFXHEADER|<OFX>/i.test(text)) return "ofx";
  if (text.startsWith("<")) return "camt053";
  if (/^(?:\{1:|:\d\d[A-Z]?:)|^:(?:20|25|60F):/m.test(text)) return "mt940";
  if (text.startsWith("[")) return "json";
  if (text.startsWith("{")) return undefined;
  const [first = ""] = text.split(/[\r\n]/, 1);
  return !first.startsWith("%PDF") && /[,;\t]/.test(text) ? "csv" : undefined;
}
