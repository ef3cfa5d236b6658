import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { render } from "../../../src/swarm/plan/render.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-render-"));
const dir = path.join(folder, "recipe");
mkdirSync(dir);
writeFileSync(path.join(folder, "key"), "a key of the server");
writeFileSync(path.join(dir, "page.html"), "hello");
writeFileSync(path.join(dir, "more.env"), "A=1\n");
symlinkSync(path.join(folder, "key"), path.join(dir, "link"));
symlinkSync(path.join(dir, "circle"), path.join(dir, "circle"));

function rendered(config: string, envFile = "more.env") {
  const text = `version: "3.8"
services: { app: { image: "a:1", configs: [page], env_file: ${JSON.stringify(envFile)} } }
configs: { page: { file: ${JSON.stringify(config)} } }`;
  return render({ stack: "s", files: [{ path: "compose.yml", text }], dir, env: {}, appLabels: {} });
}

describe("a recipe reads its own files and no others", () => {
  test("its own", () => {
    expect(rendered("page.html").configs.map((one) => one.Name)).toEqual(["s_page"]);
    expect(rendered("./page.html").configs).toHaveLength(1);
  });
  test.each(["../key", "/etc/passwd", "link", "../recipe/../key"])("not %s", (file) => {
    expect(() => rendered(file)).toThrow(/is not one of its own files/);
  });
  test.each(["../key", "/etc/passwd", "link"])("nor as env_file %s", (file) => {
    expect(() => rendered("page.html", file)).toThrow(/is not one of its own files/);
  });
  test.each([
    ["is not there", "./nothing"],
    ["is below a file", "./page.html/b"],
    ["is too long", `./${"x".repeat(300)}`],
    ["has a NUL", "./a\0b"],
    ["is a link to itself", "circle"],
  ])("a name that %s names no file", (_, file) => {
    const says = expect.objectContaining({ code: "compose-file-missing" }) as unknown;
    expect(() => rendered(file)).toThrow(says);
    expect(() => rendered("page.html", file)).toThrow(says);
  });
});

describe("a mount from the recipe's own folder, which no server has", () => {
  function mounting(volume: unknown, env: Record<string, string> = {}, overlay?: unknown) {
    const files = [volume, ...(overlay === undefined ? [] : [overlay])].map((one, at) => ({
      path: `compose.${at}.yml`,
      text: `version: "3.8"
services: { web: { image: "a:1", volumes: [${JSON.stringify(one)}] } }
volumes: { data: {} }`,
    }));
    const { services } = render({ stack: "s", files, dir, env, appLabels: {} });
    return services[0]?.spec.TaskTemplate.ContainerSpec.Mounts?.map(({ Source }) => Source);
  }

  test.each([
    ["./page.html:/page.html:ro", "./page.html"],
    [{ type: "bind", source: "page.html", target: "/page.html" }, "page.html"],
    ["./nowhere/:/data", "./nowhere/"],
    ["../beside:/data", "../beside"],
    // No HOME, so that it becomes a folder of that name.
    ["~/data:/data", "~/data"],
  ])("is refused as it is written: %j", (volume, source) => {
    expect(() => mounting(volume)).toThrow(
      `The service web mounts ${source}, a path that starts from the recipe's own folder.`,
    );
  });

  test.each([
    ["/srv/data:/data", "/srv/data"],
    ["/srv/data/:/data", "/srv/data/"],
    ["~/data:/data", "/home/co-op/data"],
    ["${DATA}:/data", "/mnt/data"],
    ["c:/data:/data", "c:/data"],
    ["data:/data", "s_data"],
  ])("folders of the server and volumes stay: %s", (volume, source) => {
    expect(mounting(volume, { HOME: "/home/co-op", DATA: "/mnt/data" })).toEqual([source]);
  });

  test("counts only where it is left when the files are one", () => {
    expect(mounting("./data:/data", {}, "data:/data")).toEqual(["s_data"]);
  });
});
