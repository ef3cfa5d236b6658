import { say } from "../../src/chat/message.ts";
import { RecipeName, RecipeVersion } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

const linesShown = 20;
const linesKept = 4000;
const notesShown = 1500;

export default command({
  summary:
    "Show what changed between two versions of a recipe: images, settings, files, and the notes in between.",
  example: "recipe diff custom-html 1.0.0+1.0.0 1.1.0+1.0.0",
  role: "member",
  args: {
    recipe: RecipeName,
    from: RecipeVersion,
    to: RecipeVersion.optional().describe("the newest unless given"),
  },
  reads: true,
  run: async ({ args, recipes }) => {
    if (args.to === undefined) await recipes.refresh(args.recipe);
    const found = await recipes.compare(args.recipe, args.from, args.to);
    const { recipe, from, to, isForward, images, exports, settings, diff, notes } = found;
    const lines = diff === "" ? [] : diff.split("\n").slice(0, linesKept);
    const left = lines.length - linesShown;
    const isCut = left > 0 || notes.length > notesShown;
    const summary = [
      ...images.map((one) => `image of ${moved(shortly(one))}`),
      ...exports.map((one) => `config version ${moved(one)}`),
      ...settings.added.map((key) => `new setting ${key}`),
      ...settings.removed.map((key) => `setting ${key} is gone`),
    ];
    const title = from === to ? `${recipe} ${from} is one version.` : `${recipe} from ${from} to ${to}:`;
    return answer(
      say(lines.length === 0 && from !== to ? `${recipe} ${from} and ${to} deploy the same files.` : title, {
        list: [...summary, ...(isForward || from === to ? [] : [`${to} is the older one`])],
        notes: notes === "" ? "" : `What is new:\n${short(notes)}`,
        diff: lines.slice(0, linesShown).join("\n") + (left > 0 ? `\n… and ${left} more lines` : ""),
        ...(isCut && {
          attachment: {
            name: `${recipe}-${from}-${to}.diff`,
            text: `${notes}\n\n${lines.join("\n")}\n`.trimStart(),
          },
        }),
      }),
      found,
    );
  },
});

interface Moved {
  name: string;
  from: string | null;
  to: string | null;
}

function moved({ name, from, to }: Moved): string {
  if (from === null) return `${name}: ${to ?? ""} (new)`;
  return to === null ? `${name}: gone (it was ${from})` : `${name}: ${from} → ${to}`;
}

/** Digests are shown by their first letters. */
function shortly({ name, from, to }: Moved): Moved {
  const cut = (image: string | null): string | null => image?.replace(/(@sha256:\w{8})\w+/, "$1…") ?? null;
  return { name, from: cut(from), to: cut(to) };
}

function short(notes: string): string {
  return notes.length <= notesShown ? notes : `${notes.slice(0, notesShown)}\n… the rest is in the file`;
}
