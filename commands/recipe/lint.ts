import { say } from "../../src/chat/message.ts";
import { RecipeName, RecipeVersion } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

interface Finding {
  rule: string;
  severity: keyof typeof marks;
  where: string;
  what: string;
  fix: string;
}
interface Report {
  recipe: string | null;
  version: string | null;
  counts: Record<keyof typeof marks, number>;
  ok: boolean;
}

const shown = 15;
const marks = { error: "✕", warn: "!", info: "·" } as const;

export default command({
  summary:
    "Check a version of a recipe with abra's rules and ours: what does not fit, where, and how to mend it.",
  example: "recipe lint custom-html 1.1.0+1.0.0",
  role: "member",
  args: { recipe: RecipeName, version: RecipeVersion.optional().describe("the newest unless given") },
  reads: true,
  run: async ({ args, recipes }) => {
    if (args.version === undefined) await recipes.refresh(args.recipe);
    const report = await recipes.lint(args.recipe, args.version);
    const { findings } = report;
    // What is good to know comes last, so that it pushes nothing out of sight that is to be mended.
    const isInfo = ({ severity }: (typeof findings)[number]): boolean => severity === "info";
    const first = [...findings.filter((one) => !isInfo(one)), ...findings.filter(isInfo)].slice(0, shown);
    const left = findings.length - first.length;
    return answer(
      say(headline(report), {
        list: [...first.map(oneLine), ...(left > 0 ? [`… and ${left} more in the file`] : [])],
        next: "What each rule asks for: `help recipe-rules`",
        ...(left > 0 && {
          attachment: { name: `${args.recipe}-lint.txt`, text: `${findings.map(whole).join("\n")}\n` },
        }),
      }),
      report,
    );
  },
});

function headline({ recipe, version, counts, ok }: Report): string {
  const { error, warn, info } = counts;
  const what = `${recipe ?? "The recipe"} ${version ?? ""}`.trim();
  if (error + warn + info === 0) return `${what} keeps every rule.`;
  const told = [
    ...(error > 0 ? [`${error} to mend before a release`] : []),
    ...(warn > 0 ? [`${warn} to look at`] : []),
    ...(info > 0 ? [`${info} to know`] : []),
  ];
  return `${what}: ${ok ? "nothing is broken; " : ""}${told.join(", ")}.`;
}

function oneLine({ rule, severity, where, what, fix }: Finding): string {
  return `${marks[severity]} **${rule}** ${where === "" ? "" : `${where}: `}${what} ${fix}`;
}

function whole({ rule, severity, where, what, fix }: Finding): string {
  return `${severity} ${rule} ${where === "" ? "" : `${where}: `}${what}\n    ${fix}`;
}
