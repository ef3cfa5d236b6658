/** Real recipes of Co-op Cloud, which lie beside the project and are never copied into it. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { envValues, parseEnv, readExports, setEnv, wantedSecrets } from "../../src/recipes/index.ts";
import { readReadme } from "../../src/recipes/readme.ts";

const folder = path.join(import.meta.dirname, "../../../shared/data/recipes");
const there = existsSync(folder);
if (!there) console.warn(`left out: public recipes (${folder} is not there)`);

const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");

describe.skipIf(!there)("public recipes", () => {
  it("reads the settings of wordpress, comments over several lines left alone", () => {
    expect(envValues(read("wordpress/.env.sample"))).toEqual({
      TYPE: "wordpress",
      DOMAIN: "wordpress.example.com",
      LETS_ENCRYPT_ENV: "production",
      SECRET_DB_ROOT_PASSWORD_VERSION: "v1",
      SECRET_DB_PASSWORD_VERSION: "v1",
    });
  });

  it("reads them when the long ones are switched on", () => {
    const text = read("wordpress/.env.sample").replace(/^# ?(?=[A-Z_]+=|\t)/gm, "");
    const values = envValues(text);
    expect(values["EXTRA_DOMAINS"]).toBe(", `www.wordpress.example.com`");
    expect(values["WORDPRESS_CONFIG_EXTRA"]).toContain(
      "define('DOMAIN_CURRENT_SITE', 'wordpress.example.com');",
    );
    expect(values["WORDPRESS_CONFIG_EXTRA"]).toContain("$_SERVER['HTTP_HOST']");
    expect(values["COMPOSE_FILE"]).toBe("compose.yml:compose.mailrelay.yml:compose.smtp.yml");
    expect(values["SECRET_SMTP_PASSWORD_VERSION"]).toBe("v1");
  });

  it("reads the exports of abra.sh and nothing of its functions", () => {
    expect(readExports(read("wordpress/abra.sh"))).toEqual({
      PHP_UPLOADS_CONF_VERSION: "v3",
      ENTRYPOINT_CONF_VERSION: "v2",
      ENTRYPOINT_MAILRELAY_CONF_VERSION: "v1",
      MSMTP_CONF_VERSION: "v3",
    });
  });

  it("finds the secrets", () => {
    const text = read("wordpress/.env.sample");
    const files = [{ path: "compose.yml", text: read("wordpress/compose.yml") }];
    const env = { ...envValues(text), STACK_NAME: "blog_example_coop" };
    expect(wantedSecrets(files, env, text).map(({ name }) => name)).toEqual([
      "blog_example_coop_db_root_password_v1",
      "blog_example_coop_db_password_v1",
    ]);
  });

  it.each(["wordpress", "traefik", "custom-php"])(
    "%s: every key can be set and nothing else changes",
    (recipe) => {
      const text = read(`${recipe}/.env.sample`);
      const entries = parseEnv(text);
      expect(entries.length).toBeGreaterThan(3);
      for (const { key, start, end } of entries) {
        expect(setEnv(text, key, "x y")).toBe(`${text.slice(0, start)}'x y'${text.slice(end)}`);
      }
    },
  );

  it.each([
    ["wordpress", "Apps", "Coöp Cloud + Wordpress = 🥳"],
    ["traefik", "Utilities", "https://docs.traefik.io"],
  ])("reads the README of %s", (recipe, category, description) => {
    const facts = readReadme(read(`${recipe}/README.md`));
    expect(facts.category).toBe(category);
    expect(facts.description).toContain(description);
    expect(facts.metadata["healthcheck"]).toMatch(/Yes|No/);
  });
});
