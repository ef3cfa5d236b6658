import { problem } from "../problem.ts";

export const consoleWaitedInVain = problem(
  "console-waited-in-vain",
  ({ text, seconds }: { text: string; seconds: number }) => ({
    happened: `Nothing that matches ${text} was said within ${seconds} s.`,
    means: "The script that plays in this terminal cannot go on without it.",
    remedy: "Read above what was said instead; it names what to do.",
  }),
  { text: "/runs, healthy/", seconds: 10 },
);
