import { describe, expect, it } from "vitest";
import { generateSecret, looksSecret, wantedSecrets } from "../../src/recipes/index.ts";
import { alphabetOf } from "../../src/recipes/generate-secret.ts";

const compose = `
services: { app: { image: x } }
secrets:
  db_password:
    external: true
    name: \${STACK_NAME}_db_password_\${SECRET_DB_PASSWORD_VERSION}
  key:
    external: true
    name: \${STACK_NAME}_key_\${SECRET_KEY_VERSION}
  old_form:
    external:
      name: \${STACK_NAME}_old_form_\${SECRET_OLD_FORM_VERSION:-v1}
  shared:
    external: true
    name: shared_by_hand
  inside:
    file: ./x
`;
const env = {
  STACK_NAME: "a_b",
  SECRET_DB_PASSWORD_VERSION: "v1",
  SECRET_KEY_VERSION: "v2",
  SECRET_OLD_FORM_VERSION: "v1",
};
const files = [{ path: "compose.yml", text: compose }];

function aliasBomb(levels: number): string {
  const lines = Array.from({ length: levels }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`);
  return ["a0: &a0 [x]", ...lines].join("\n");
}

describe("which secrets a recipe asks for", () => {
  it("reads names and the comments that say how long they are", () => {
    const text =
      "SECRET_KEY_VERSION=v2   # length=64 charset=hex\nSECRET_OLD_FORM_VERSION=v1 # generate=false\n";
    expect(wantedSecrets(files, env, text)).toEqual([
      {
        key: "db_password",
        name: "a_b_db_password_v1",
        setting: "SECRET_DB_PASSWORD_VERSION",
        length: 32,
        alphabet: alphabetOf("default"),
        generate: true,
      },
      {
        key: "key",
        name: "a_b_key_v2",
        setting: "SECRET_KEY_VERSION",
        length: 64,
        alphabet: "0123456789abcdef",
        generate: true,
      },
      {
        key: "old_form",
        name: "a_b_old_form_v1",
        setting: "SECRET_OLD_FORM_VERSION",
        length: 32,
        alphabet: alphabetOf("default"),
        generate: false,
      },
    ]);
  });

  it.each([
    ["secret-version-missing", "", { ...env, SECRET_KEY_VERSION: "" }],
    ["secret-length-unfit", "SECRET_KEY_VERSION=v2 # length=4", env],
    ["secret-length-unfit", "SECRET_KEY_VERSION=v2 # length=abc", env],
    ["secret-charset-unknown", "SECRET_KEY_VERSION=v2 # charset=toString", env],
  ])("says %s and names the setting", (code, text, environment) => {
    expect(() => wantedSecrets(files, environment, text)).toThrow(expect.objectContaining({ code }));
    expect(() => wantedSecrets(files, environment, text)).toThrow(/SECRET_KEY_VERSION/);
  });

  it.each([
    ["an open bracket", "a: [1\nb: }"],
    ["a key twice", "a: 1\na: 2"],
    ["aliases that double each other", aliasBomb(20)],
    ["no map at all", "- 1"],
  ])("takes %s without falling over", (_name, text) => {
    const read = () => wantedSecrets([{ path: "compose.yml", text }], env, "");
    if (text === "- 1") expect(read()).toEqual([]);
    else expect(read).toThrow(expect.objectContaining({ code: "recipe-file-unreadable" }));
  });
});

describe("random values", () => {
  it("have the length and the letters asked for", () => {
    expect(generateSecret({ length: 64, alphabet: alphabetOf("hex") ?? "" })).toMatch(/^[0-9a-f]{64}$/);
    expect(generateSecret({ length: 200, alphabet: alphabetOf("default") ?? "" })).toMatch(
      /^[^lIO01\W_]{200}$/,
    );
    expect(alphabetOf("default")).toHaveLength(57);
    expect(alphabetOf("alnum")).toHaveLength(62);
    expect(alphabetOf("hex,special")).toHaveLength(57 + 12 + 2);
    expect(alphabetOf("safespecial")).not.toMatch(/[$#&]/);
    expect(alphabetOf("hex,base64")).toBeUndefined();
  });

  it("draw every letter alike: 57 letters, none off by more than chance allows", () => {
    const alphabet = alphabetOf("default") ?? "";
    const draws = 57_000;
    const counts = new Map<string, number>();
    for (const c of generateSecret({ length: draws, alphabet })) counts.set(c, (counts.get(c) ?? 0) + 1);
    const expected = draws / alphabet.length;
    const chiSquare = Array.from(alphabet).reduce(
      (sum, c) => sum + ((counts.get(c) ?? 0) - expected) ** 2 / expected,
      0,
    );
    // 56 degrees of freedom: 120 is passed once in a million; drawing 6 bits modulo 57 gives over 6000.
    expect(chiSquare).toBeLessThan(120);
  });
});

it.each([
  ["SMTP_PASSWORD", true],
  ["DB_PASS", true],
  ["API_KEY", true],
  ["OIDC_CLIENT_SECRET", true],
  ["ADMIN_TOKEN", true],
  ["SECRET_DB_PASSWORD_VERSION", false],
  ["KEYCLOAK_URL", false],
  ["DOMAIN", false],
  ["MONKEY", false],
])("%s looks secret: %s", (key, secret) => {
  expect(looksSecret(key)).toBe(secret);
});
