import { lookAt } from "./look.ts";
import { rules } from "./rules/index.ts";
import type { Finding, LintReport, LintSubject, Severity } from "./types.ts";

const order: readonly Severity[] = ["error", "warn", "info"];
/** A recipe that is wrong in more places than this is told so with the first of them. */
const mostPerRule = 20;

/** Looks at a recipe with every rule. Never throws for what stands in the recipe. */
export function lintRecipe(subject: LintSubject): LintReport {
  const recipe = lookAt(subject);
  const findings: Finding[] = [];
  const skipped: LintReport["skipped"] = [];
  for (const rule of rules) {
    const { id, severity, fix } = rule;
    const found = rule.check(recipe);
    if ("skipped" in found) skipped.push({ rule: id, why: found.skipped });
    else findings.push(...found.slice(0, mostPerRule).map((hit) => ({ ...hit, rule: id, severity, fix })));
  }
  findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const count = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  const counts = { error: count("error"), warn: count("warn"), info: count("info") };
  const { version } = subject;
  return { recipe: subject.recipe, version, findings, skipped, counts, ok: counts.error === 0 };
}
