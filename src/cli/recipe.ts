/**
 * Words about recipes that need no server: they work on a folder of this machine. What is not named here is a command
 * like any other and goes to the server; so does `recipe lint <name>`.
 */
import { statSync } from "node:fs";

type Word = (words: string[], print: (text: string) => void) => Promise<number>;

/** At a maintainer's working copy. `--json` is theirs as it is everybody's. */
const maintain = async (): Promise<Word> => {
  const { recipeWords } = await import("./recipe/maintain.ts");
  return (words, print) => {
    const plain = words.filter((word) => word !== "--json");
    return recipeWords({ words: plain, json: plain.length < words.length, print });
  };
};

/** Loaded when it is said: a command shall answer at once. */
const ownWords: Record<string, () => Promise<Word>> = {
  render: async () => {
    const { render } = await import("./recipe/render.ts");
    return ([, ...words], print) => render(words, print);
  },
  new: maintain,
  lint: maintain,
  sync: maintain,
  release: maintain,
};

/** True for the words that are not said to the server: a path (or a folder that is there) is a working copy. */
export function isOwnRecipeWord([first, word = "", target = "."]: readonly string[]): boolean {
  if (first !== "recipe" || !Object.hasOwn(ownWords, word)) return false;
  return word !== "lint" || /[/\\]|^\.{1,2}$|^-/.test(target) || isFolder(target);
}

function isFolder(target: string): boolean {
  return statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The answer of one of these words as an exit code; undefined when the words say something else. */
export async function ownRecipeWord(
  words: string[],
  print: (text: string) => void,
): Promise<number | undefined> {
  if (!isOwnRecipeWord(words)) return undefined;
  const run = await ownWords[words[1] ?? ""]?.();
  return await run?.(words.slice(1), print);
}

/** What can be said, for the test that holds the manual to it. */
export const ownRecipeWords = Object.keys(ownWords).map((word) => `recipe ${word}`);
