import { list, record, text } from "../../yaml.ts";
import { durationMs, hitAt, servicesOf } from "../look.ts";
import type { Rule } from "../types.ts";

const usualMonitorMs = 5000;

export const health: Rule[] = [
  {
    id: "T003",
    severity: "warn",
    asks: "healthchecks test something",
    fix: "Let it ask the program itself, such as wget -q -O /dev/null http://127.0.0.1:8080/",
    check: ({ parts }) =>
      parts.flatMap((part) => {
        const check = record(part.content["healthcheck"]);
        const test = Array.isArray(check["test"])
          ? list(check["test"]).map(text).join(" ")
          : text(check["test"]);
        const command = test.replace(/^CMD(-SHELL)?\s+/, "").trim();
        const isOff = check["disable"] === true || command === "NONE";
        if (isOff) return [hitAt(part, ["healthcheck"], `${part.service} switches the healthcheck off.`)];
        const passesAlways =
          /^(true|:|exit 0|\/bin\/true|echo .*)$/.test(command) || /\|\|\s*(true|exit 0)$/.test(command);
        return passesAlways
          ? [hitAt(part, ["healthcheck"], `The healthcheck of ${part.service} never fails.`)]
          : [];
      }),
  },
  {
    id: "T004",
    severity: "warn",
    asks: "update_config.monitor is longer than delay",
    fix: "Raise monitor above delay: a failure that falls into the delay is not noticed otherwise.",
    check: ({ parts }) =>
      parts.flatMap((part) => {
        const update = record(record(part.content["deploy"])["update_config"]);
        const delay = durationMs(update["delay"]) ?? 0;
        const monitor = durationMs(update["monitor"]) ?? usualMonitorMs;
        if (delay === 0 || monitor > delay) return [];
        const what = `${part.service} waits ${delay / 1000} s between tasks and watches them for ${monitor / 1000} s.`;
        return [hitAt(part, ["deploy", "update_config"], what)];
      }),
  },
  {
    id: "T005",
    severity: "info",
    asks: "a failed update goes back by itself",
    fix: "Add update_config with failure_action: rollback under deploy.",
    check: (recipe) =>
      [...servicesOf(recipe)].flatMap(([name, parts]) => {
        const [first] = parts;
        const isJob = parts.some(({ content }) => /job$/.test(text(record(content["deploy"])["mode"])));
        const goesBack = parts.some(({ content }) => {
          const update = record(record(content["deploy"])["update_config"]);
          return text(update["failure_action"]) === "rollback";
        });
        return isJob || goesBack || first === undefined
          ? []
          : [hitAt(first, ["deploy", "update_config"], `${name} stays as it is when an update of it fails.`)];
      }),
  },
];
