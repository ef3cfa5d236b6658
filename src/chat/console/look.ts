import { cleanText } from "../fit.ts";

/** How the terminal looks: with colours or plain, and how wide a line may be before it is broken. */
export interface Look {
  colours: boolean;
  /** Columns; undefined breaks no lines, as for files and pipes. */
  width?: number | undefined;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Ink = keyof typeof codes;

export function ink(look: Look, colour: Ink, text: string): string {
  return look.colours && text !== "" ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text;
}

/** How many columns a text takes; colours take none. */
export function visibleLength(text: string): number {
  return text.replace(/\u001b\[\d+m/g, "").length;
}

/** Each person's own colour, the same every time. */
export function inkOf(id: string): Ink {
  const inks: Ink[] = ["cyan", "yellow", "blue", "green", "magenta"];
  const sum = Buffer.from(id).reduce((total, byte) => total + byte, 0);
  return inks[sum % inks.length] ?? "cyan";
}

/** A rendered body for the terminal: diffs in green and red, commands and names set off, broken at the width. */
export function paintBody(look: Look, body: string, names: readonly string[], indent: string): string[] {
  return cleanText(body)
    .split("\n")
    .flatMap((line) => {
      const pieces = wrap(line, look.width === undefined ? undefined : look.width - indent.length);
      return pieces.map((piece) => (piece === "" ? "" : `${indent}${paintLine(look, piece, line, names)}`));
    });
}

/** A line, or the piece of one that `whole` is broken into: a piece has the colour of its line. */
function paintLine(look: Look, line: string, whole: string, names: readonly string[]): string {
  if (whole.startsWith("    +")) return ink(look, "green", line);
  if (whole.startsWith("    -")) return ink(look, "red", line);
  if (whole.startsWith("    ") || !look.colours) return line;
  const words = line.replace(/`[^`]+`/g, (command) => ink(look, "cyan", command));
  return names.reduce((painted, name) => painted.replaceAll(name, ink(look, "bold", name)), words);
}

/** Breaks a line at spaces; what follows keeps the indentation of a list item, of code or of a diff. */
function wrap(line: string, width: number | undefined): string[] {
  if (width === undefined || width < 30 || line.length <= width) return [line];
  const hang = /^(?:- |\s*(?:[-+~] +)?)/.exec(line)?.[0].replace(/./g, " ") ?? "";
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const at = space > hang.length ? space : width;
    lines.push(rest.slice(0, at).trimEnd());
    rest = hang + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
