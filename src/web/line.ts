/**
 * Words as a command line that the parser reads back as exactly these words: whatever is not plain goes into
 * double quotes, with `\` before `\` and whatever the parser takes for a closing quotation mark (the curly ones of
 * phones count too). Line breaks become spaces: a command is one line.
 */
export function lineOf(...words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  const flat = word.replace(/\s+/g, " ").trim();
  if (/^[\p{L}\p{N}@:._+#/][\p{L}\p{N}@:._+#/-]*$/u.test(flat)) return flat;
  return `"${flat.replace(/["“”\\]/g, "\\$&")}"`;
}
