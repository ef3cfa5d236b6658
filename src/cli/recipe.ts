/**
 * Words about recipes that need no server: `tandem recipe render …`. They work on a folder of this machine; what
 * is not named here is a command like any other and goes to the server.
 */
type Word = (words: string[], print: (text: string) => void) => Promise<number>;

/** Loaded when it is said: a command shall answer at once. */
const ownWords: Record<string, () => Promise<Word>> = {
  render: async () => (await import("./recipe/render.ts")).render,
};

/** The answer of one of these words as an exit code; undefined when the words say something else. */
export async function ownRecipeWord(
  words: string[],
  print: (text: string) => void,
): Promise<number | undefined> {
  const [first, word = "", ...rest] = words;
  if (first !== "recipe" || !Object.hasOwn(ownWords, word)) return undefined;
  const run = await ownWords[word]?.();
  return await run?.(rest, print);
}

/** What can be said, for the test that holds the manual to it. */
export const ownRecipeWords = Object.keys(ownWords).map((word) => `recipe ${word}`);
