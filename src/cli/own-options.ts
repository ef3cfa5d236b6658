import { parseArgs, type ParseArgsConfig } from "node:util";
import { cliWordsUnfit } from "../core/problems/house.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Reads the options of one of the command line's own words. Throws a problem that names what it does not know or
 * what lacks its value, with `usage` as what to do: a word that is not understood is never passed over.
 */
export function ownOptions<T extends Options>(word: string, words: string[], options: T, usage: string) {
  try {
    return parseArgs({ args: words, options }).values;
  } catch (thrown) {
    const { code = "", message } = thrown as NodeJS.ErrnoException;
    if (!code.startsWith("ERR_PARSE_ARGS_")) throw thrown;
    const what = /'([^' ]+)/.exec(message)?.[1] ?? "a word";
    const isValue = code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE";
    const why = isValue ? `${what} needs a value` : `it does not know ${what}`;
    throw cliWordsUnfit({ what: `tandem ${word}: ${why}`, usage }, thrown);
  }
}
