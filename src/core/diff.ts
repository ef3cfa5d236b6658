/** One line of a comparison: kept, only before, only after. */
export interface DiffLine {
  sign: " " | "-" | "+";
  text: string;
}

/** Above this many lines on a side the exact comparison costs too much and whole blocks are shown instead. */
const mostLinesCompared = 2000;

/** Line by line what changed between two texts (longest common subsequence), unchanged lines included. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before === "" ? [] : before.split("\n");
  const b = after === "" ? [] : after.split("\n");
  if (a.length > mostLinesCompared || b.length > mostLinesCompared) {
    return [...a.map(line("-")), ...b.map(line("+"))];
  }
  const common = commonTable(a, b);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: " ", text: a[i++] ?? "" });
      j++;
    } else if (j >= b.length || (i < a.length && at(common, i + 1, j) >= at(common, i, j + 1)))
      lines.push({ sign: "-", text: a[i++] ?? "" });
    else lines.push({ sign: "+", text: b[j++] ?? "" });
  }
  return lines;
}

/** Only what changed, with `context` unchanged lines around each change, as text for a message or a page. */
export function diffText(before: string, after: string, context = 1): string {
  const lines = diffLines(before, after);
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((l) => l.sign !== " ");
  return lines
    .filter((_, index) => near(index))
    .map((l) => `${l.sign} ${l.text}`)
    .join("\n");
}

function line(sign: "-" | "+") {
  return (text: string): DiffLine => ({ sign, text });
}

function at(table: Uint16Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function commonTable(a: string[], b: string[]): Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const row = table[i];
    if (row === undefined) continue;
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), row[j + 1] ?? 0);
    }
  }
  return table;
}
