import { z } from "zod";
import { answer, command } from "../src/router/define.ts";

export default command({
  summary: "Show what you can say, one command, or a page of the manual.",
  example: "help member add",
  role: "member",
  args: { words: z.string().optional().describe("a command or a page of the manual") },
  rest: true,
  reads: true,
  run: ({ args, by, help }) =>
    answer(args.words === undefined ? help.overview(by.member) : help.about(args.words, by.member)),
});
