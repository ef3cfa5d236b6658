import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/core/problem.ts";
import { checkFiles, checkNetworks } from "../../../src/swarm/preflight/files.ts";
import type { EngineNetwork } from "../../../src/swarm/engine/types.ts";
import { namespaceLabel } from "../../../src/swarm/plan/rendered.ts";
import { codeOf, liveOf, renderedOf, specOf } from "../spec.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function network(Name: string, Scope: string, stack?: string): EngineNetwork {
  return {
    Id: `id-${Name}`,
    Name,
    Scope,
    Driver: "overlay",
    Labels: stack === undefined ? {} : { [namespaceLabel]: stack },
  };
}

describe("networks", () => {
  const proxied = renderedOf([specOf("app", (s) => void (s.TaskTemplate.Networks = [{ Target: "proxy" }]))]);
  it.each([
    ["is missing", [], "network-missing"],
    ["is of one server only", [network("proxy", "local")], "network-missing"],
    ["is there", [network("proxy", "swarm")], undefined],
  ])("an external one %s", (_, networks, code) => {
    expect(codeOf(() => checkNetworks(proxied, liveOf({ networks })))).toBe(code);
  });

  it("those of the engine need nothing", () => {
    const rendered = renderedOf([
      specOf("app", (s) => void (s.TaskTemplate.Networks = [{ Target: "host" }])),
    ]);
    expect(codeOf(() => checkNetworks(rendered, liveOf()))).toBeUndefined();
  });

  it("the stack's own belongs to somebody else already", () => {
    const check = (networks: EngineNetwork[]) =>
      codeOf(() => checkNetworks(renderedOf([specOf("app")]), liveOf({ networks })));
    expect(check([network("shop_default", "swarm", "other")])).toBe("network-taken");
    expect(check([network("shop_default", "swarm")])).toBe("network-taken");
    expect(check([network("shop_default", "swarm", "shop")])).toBeUndefined();
  });
});

describe("secrets and configs", () => {
  const needing = renderedOf([
    specOf("app", (s) => void (s.TaskTemplate.ContainerSpec.Secrets = [{ SecretName: "shop_db_v1" }])),
  ]);
  const file = (Name: string, Data?: string) => ({
    ID: `id-${Name}`,
    Spec: { Name, ...(Data === undefined ? {} : { Data }) },
  });

  it("a secret is missing, there, or promised", () => {
    expect(codeOf(() => checkFiles(needing, liveOf(), []))).toBe("secret-missing");
    expect(codeOf(() => checkFiles(needing, liveOf({ secrets: [file("shop_db_v1")] }), []))).toBeUndefined();
    expect(codeOf(() => checkFiles(needing, liveOf(), ["shop_db_v1"]))).toBeUndefined();
  });

  it("all that are missing are named at once", () => {
    const many = renderedOf([
      specOf("app", (s) => {
        s.TaskTemplate.ContainerSpec.Secrets = [
          { SecretName: "a" },
          { SecretName: "b" },
          { SecretName: "a" },
        ];
      }),
    ]);
    expect(() => checkFiles(many, liveOf(), [])).toThrow("The secrets a, b do not exist on this Swarm.");
  });

  it("a config under a known name has other content", () => {
    const bringing = (text: string) =>
      renderedOf([specOf("app")], { configs: [{ Name: "shop_conf_v1", Labels: {}, Data: base64(text) }] });
    const live = liveOf({ configs: [file("shop_conf_v1", base64("listen 80;\n"))] });
    expect(codeOf(() => checkFiles(bringing("listen 81;\n"), live, []))).toBe("config-changed");
    expect(codeOf(() => checkFiles(bringing("listen 80;\n"), live, []))).toBeUndefined();
  });

  it("names the setting that was not raised, and the way out", () => {
    const changed = renderedOf([specOf("app")], {
      configs: [{ Name: "shop_conf_v1", Labels: {}, Data: base64("new") }],
    });
    const live = liveOf({ configs: [file("shop_conf_v1", base64("old"))] });
    const check = () => checkFiles(changed, live, [], { shop_conf_v1: "CONF_VERSION" });
    expect(codeOf(check)).toBe("config-changed");
    const thrown = problemOf(check);
    expect(thrown?.text.happened).toContain("The config shop_conf_v1 exists with other content");
    expect(thrown?.text.means).toContain("forgot to raise CONF_VERSION in abra.sh");
    expect(thrown?.text.remedy).toContain("undeploy the app and deploy it again");
  });

  it("a template counts as it was written, and that it is one counts as well", () => {
    const text = base64('{{ env "DOMAIN" }}');
    const config = { Name: "shop_conf_v1", Labels: {}, Data: text, Templating: { Name: "golang" } };
    const template = renderedOf([specOf("app")], { configs: [config] });
    const stored = file("shop_conf_v1", text);
    const asTemplate = { ...stored, Spec: { ...stored.Spec, Templating: { Name: "golang" } } };
    expect(codeOf(() => checkFiles(template, liveOf({ configs: [asTemplate] }), []))).toBeUndefined();
    expect(codeOf(() => checkFiles(template, liveOf({ configs: [stored] }), []))).toBe("config-changed");
    const other = { ...asTemplate, Spec: { ...asTemplate.Spec, Data: base64("{{ other }}") } };
    expect(codeOf(() => checkFiles(template, liveOf({ configs: [other] }), []))).toBe("config-changed");
  });
});

function problemOf(work: () => void): Problem | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return thrown instanceof Problem ? thrown : undefined;
  }
}
