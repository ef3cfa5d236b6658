/**
 * Splits a command line as the docker CLI does (google/shlex): quotes, backslashes, and `#` at the start of a word
 * begins a comment to the end of the line. Undefined when a quote or a backslash has no end.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] ?? "";
    if (/[ \t\r\n]/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (letter === "#" && word === undefined) {
      const end = line.indexOf("\n", at);
      at = end < 0 ? line.length : end;
    } else if (letter === "'" || letter === '"') {
      const quoted = readQuoted(line, at);
      if (quoted === undefined) return undefined;
      word = (word ?? "") + quoted.text;
      at = quoted.end;
    } else if (letter === "\\") {
      at++;
      if (at >= line.length) return undefined;
      word = (word ?? "") + (line[at] ?? "");
    } else {
      word = (word ?? "") + letter;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** What stands in quotes; only double ones know the backslash. `end` is the place of the closing quote. */
function readQuoted(line: string, start: number): { text: string; end: number } | undefined {
  const quote = line[start];
  let text = "";
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === quote) return { text, end: at };
    if (quote === '"' && line[at] === "\\") at++;
    text += line[at] ?? "";
  }
  return undefined;
}
