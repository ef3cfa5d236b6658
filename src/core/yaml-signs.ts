/**
 * How much work a text is for a reader of YAML, told before it reads: by the signs that mean something there, and the
 * lines. Each costs it some microseconds, whatever the length of the text.
 */

const signs = /\n|[:?-](?=\s)|[,&*!%"'[\]{}\t]/g;

/** A recipe has two or three signs on a line: this is one of some fifteen hundred lines. */
export const mostYamlSigns = 5000;

/** Whether reading the text as YAML would keep everything else waiting: more than some 50 ms. */
export function isTooMuchYaml(text: string): boolean {
  signs.lastIndex = 0;
  for (let found = 0; signs.exec(text) !== null;) if (++found > mostYamlSigns) return true;
  return false;
}
