import { fillIn } from "../../image.ts";
import { list, record, text } from "../../yaml.ts";
import { hitAt } from "../look.ts";
import type { LookedAt, Rule, ServicePart } from "../types.ts";

interface Mount {
  source: string;
  at: number;
}

export const access: Rule[] = [
  {
    id: "T009",
    severity: "warn",
    asks: "no service asks for the rights of the whole machine",
    fix: "Leave it out: Swarm passes over most of it, and whoever breaks in would rule the server.",
    check: ({ parts }) =>
      parts.flatMap((part) => {
        const { content, service } = part;
        const caps = list(content["cap_add"]).map((one) => text(one).toUpperCase().replace(/^CAP_/, ""));
        const wide = caps.find((cap) => cap === "ALL" || cap === "SYS_ADMIN");
        return [
          ...(content["privileged"] === true
            ? [hitAt(part, ["privileged"], `${service} is privileged.`)]
            : []),
          ...(wide === undefined
            ? []
            : [hitAt(part, ["cap_add"], `${service} wants the capability ${wide}.`)]),
          ...["pid", "ipc", "userns_mode"]
            .filter((key) => text(content[key]) === "host")
            .map((key) => hitAt(part, [key], `${service} shares ${key} with the machine.`)),
        ];
      }),
  },
  {
    id: "T011",
    severity: "warn",
    asks: "no service sees folders of the machine",
    fix: "Use a volume, or a config for a single file; folders of the machine are in no backup and on one node only.",
    check: (recipe) =>
      recipe.parts.flatMap((part) =>
        hostMounts(recipe, part)
          .filter(({ source }) => !isSocket(source))
          .map(({ source, at }) =>
            hitAt(part, ["volumes", at], `${part.service} sees ${source} of the machine.`),
          ),
      ),
  },
  {
    id: "T012",
    severity: "warn",
    asks: "no service has the Docker socket",
    fix: "Put a proxy with the few calls it needs in between; whoever breaks in rules every app otherwise.",
    check: (recipe) =>
      recipe.parts.flatMap((part) =>
        hostMounts(recipe, part)
          .filter(({ source }) => isSocket(source))
          .map(({ at }) => hitAt(part, ["volumes", at], `${part.service} has the Docker socket.`)),
      ),
  },
  {
    id: "T013",
    severity: "warn",
    asks: "no service uses the network of the machine",
    fix: "Publish the ports it needs with mode: host instead.",
    check: (recipe) =>
      recipe.parts.flatMap((part) => {
        const isHost =
          text(part.content["network_mode"]) === "host" || networksOf(recipe, part).includes("host");
        return isHost ? [hitAt(part, ["networks"], `${part.service} uses the network of the machine.`)] : [];
      }),
  },
];

function hostMounts(recipe: LookedAt, part: ServicePart): Mount[] {
  return list(part.content["volumes"]).flatMap((one, at) => {
    const long = record(one);
    const short = typeof one === "string" ? (fillIn(one, recipe.env).split(":")[0] ?? "") : "";
    const isShort = /^[./~]/.test(short) && typeof one === "string" && one.includes(":");
    const source =
      text(long["type"]) === "bind" ? fillIn(text(long["source"]), recipe.env) : isShort ? short : "";
    return source === "" ? [] : [{ source, at }];
  });
}

function isSocket(source: string): boolean {
  return /docker\.sock$/.test(source);
}

/** Networks of a service under the names that the swarm knows them by. */
function networksOf(recipe: LookedAt, part: ServicePart): string[] {
  const written = part.content["networks"];
  const keys = Array.isArray(written) ? written.map(text) : Object.keys(record(written));
  return keys.map((key) => {
    for (const file of recipe.compose) {
      const network = record(record(file.content["networks"])[key]);
      const name = text(network["name"]) || text(record(network["external"])["name"]);
      if (name !== "") return fillIn(name, recipe.env);
    }
    return key;
  });
}
