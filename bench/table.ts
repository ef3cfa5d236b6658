/** One measured line: ours beside a peer or the physical limit, taken in the same run. */
export interface BenchRow {
  measure: string;
  ours: string;
  peer: string;
  ratio: string;
  budget: string;
  /** null: told without a budget. */
  ok: boolean | null;
}

export interface BenchTable {
  title: string;
  rows: BenchRow[];
  /** What was left out, and why. */
  notes?: string[];
}

const columns = ["measure", "ours", "peer", "ratio", "budget"] as const;

/** The table as aligned text; each line ends with ✓ within its budget, ✕ beyond it, · without one. */
export function tableText({ title, rows, notes = [] }: BenchTable): string {
  const widths = columns.map((c) => Math.max(c.length, ...rows.map((row) => row[c].length)));
  const line = (cells: string[], mark: string): string =>
    `${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}  ${mark}`.trimEnd();
  return [
    title,
    line([...columns], ""),
    ...rows.map((row) =>
      line(
        columns.map((c) => row[c]),
        row.ok === null ? "·" : row.ok ? "✓" : "✕",
      ),
    ),
    ...notes.map((note) => `left out: ${note}`),
  ].join("\n");
}

/** The middle value; NaN of nothing. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value below which `share` (0..1) of all values lie. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
