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
});
