import { describe, expect, it, test } from "vitest";
import { newerTag, imageName, repositoryOf } from "../../src/registries/index.ts";
import { addressOf } from "../../src/registries/image-name.ts";

test.each([
  ["nginx", "docker.io/library/nginx", "latest", "https://registry-1.docker.io"],
  ["nginx:1.27", "docker.io/library/nginx", "1.27", "https://registry-1.docker.io"],
  ["docker.io/nginx:1", "docker.io/library/nginx", "1", "https://registry-1.docker.io"],
  ["index.docker.io/coop/app:1", "docker.io/coop/app", "1", "https://registry-1.docker.io"],
  ["coop/app:1@sha256:00", "docker.io/coop/app", "1", "https://registry-1.docker.io"],
  ["coop/app@sha256:00", "docker.io/coop/app", null, "https://registry-1.docker.io"],
  ["ghcr.io/coop/app:v2", "ghcr.io/coop/app", "v2", "https://ghcr.io"],
  [
    "registry.example.coop:5000/app",
    "registry.example.coop:5000/app",
    "latest",
    "https://registry.example.coop:5000",
  ],
  ["localhost/app:1", "localhost/app", "1", "http://localhost"],
  ["127.0.0.1:5000/app:1", "127.0.0.1:5000/app", "1", "http://127.0.0.1:5000"],
  ["127.evil.example/app:1", "127.evil.example/app", "1", "https://127.evil.example"],
])("%s is %s at %s", (image, repository, tag, address) => {
  const name = imageName(image);
  expect([repositoryOf(name), name.tag, addressOf(name.host)]).toEqual([repository, tag, address]);
});

test.each(["", "Nginx", "a//b", "../etc", "ghcr.io/a?b", "ghcr.io:x/a", "a:b:c", "user@host/a b", "a#b.c/d"])(
  "%j is no image",
  (image) => {
    expect(() => imageName(image)).toThrow(expect.objectContaining({ code: "image-name-unreadable" }));
  },
);

describe("the newer tag of the same shape", () => {
  it.each([
    ["1.27.3", ["1.27.2", "1.27.10", "1.28", "2", "latest", "1.28.0-alpine", "1.29.0-rc1"], "1.27.10"],
    ["1.27.3-alpine", ["1.28.0-alpine", "1.29.0", "1.29.0-alpine-slim"], "1.28.0-alpine"],
    ["3.19-alpine3.18", ["3.20-alpine3.19", "3.21-bookworm"], "3.20-alpine3.19"],
    ["v2.4.8", ["2.5.0", "v2.4.9"], "v2.4.9"],
    ["1.0.6-social-amd64", ["1.0.7-social-amd64", "1.0.8-social-arm64"], "1.0.7-social-amd64"],
    ["16", ["17", "20240101", "9"], "17"],
    ["20240101", ["20240301", "17"], "20240301"],
    ["29.0.1-fpm", ["29.0.1-fpm", "29.0.0-fpm"], null],
    ["latest", ["1.0", "2.0"], null],
    ["stable-alpine", ["1.0"], null],
    ["1.0", [], null],
  ])("of %s among %j is %s", (used, tags, newer) => {
    expect(newerTag(tags, used)).toBe(newer);
  });
});
