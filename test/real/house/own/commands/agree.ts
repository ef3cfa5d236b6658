import { z } from "zod";
import { command, start } from "../../../../../src/router/define.ts";
import agree from "../workflows/agree.ts";

export default command({
  summary: "Ask for so many voices within so many seconds.",
  example: "agree lunch 2 600",
  role: "member",
  args: {
    about: z.string(),
    needed: z.coerce.number().int(),
    seconds: z.coerce.number().int(),
  },
  run: ({ args }) => start(agree, args),
});
