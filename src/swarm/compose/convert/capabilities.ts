/**
 * Capabilities as they are sent: upper case with `CAP_`, without doubles, sorted; ALL stands for the rest of its
 * list, and what is added is not dropped (docker CLI, opts/capabilities.go).
 */
export function capabilities(add: string[] = [], drop: string[] = []): { add: string[]; drop: string[] } {
  const added = normal(add);
  const dropped = normal(drop).filter((one) => !added.includes(one));
  return { add: added.filter((one) => one !== "RESET"), drop: dropped.filter((one) => one !== "RESET") };
}

function normal(names: string[]): string[] {
  const full = names.map((name) => {
    const upper = name.trim().toUpperCase();
    return upper === "ALL" || upper === "RESET" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
  });
  return full.includes("ALL") ? ["ALL"] : [...new Set(full)].sort();
}
