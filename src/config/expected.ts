import type { z } from "zod";

const kinds: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "settings by name",
  record: "settings by name",
  array: "a list",
};

/** What the schema expected, in words: its own where it has some, else by the kind of value. */
export function expectedBy(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case "invalid_type":
      return kinds[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_key":
      return `a map whose names are each ${issue.issues[0]?.message ?? "a word"}`;
    case "too_small":
      return issue.origin === "string" ? "a text that is not empty" : `at least ${String(issue.minimum)}`;
    default:
      return issue?.message ?? "what the manual says";
  }
}
