/** How much there is, in words. */
const units = ["bytes", "kB", "MB", "GB", "TB"];

/** `1.2 GB`: in steps of a thousand, one digit after the point. */
export function inBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ""}`;
}

export function inFiles(files: number): string {
  return files === 1 ? "one file" : `${files} files`;
}
