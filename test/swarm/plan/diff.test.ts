import { describe, expect, it } from "vitest";
import { diffOf } from "../../../src/swarm/plan/diff.ts";
import { specOf } from "../spec.ts";

const before = specOf("app");

describe("a setting that looks secret", () => {
  const shown = (name: string): boolean => {
    const after = specOf("app", (s) => void (s.TaskTemplate.ContainerSpec.Env = [`${name}=planted-value`]));
    return diffOf([{ service: "app", change: "create", after }], [], []).includes("planted-value");
  };
  it.each([
    "DB_PASSWORD",
    "SMTP_PASS",
    "SECRET_KEY_BASE",
    "JWTKEY",
    "API_TOKEN",
    "keys",
    "BASIC_AUTH",
    "sentry.dsn",
  ])("%s is hidden", (name) => expect(shown(name)).toBe(false));
  it.each(["KEYCLOAK_URL", "AUTHOR", "PASSENGER_COUNT", "MONKEY_BUSINESS", "DOMAIN"])("%s is not", (name) =>
    expect(shown(name)).toBe(true),
  );

  it("is hidden in a command too", () => {
    const after = specOf("app", (s) => {
      s.TaskTemplate.ContainerSpec.Args = [
        "serve",
        "--db-password=planted-value",
        "--token",
        "planted-value",
        "--port",
        "80",
      ];
    });
    const text = diffOf([{ service: "app", change: "create", after }], [], []);
    expect(text).toContain("+ command serve --db-password=••• --token ••• --port 80");
  });
});

describe("the difference, for people", () => {
  it("names every setting that changes, and hides values that look secret", () => {
    const after = specOf("app", (spec) => {
      const container = spec.TaskTemplate.ContainerSpec;
      container.Image = "nginx:1.28@sha256:abc";
      container.Env = ["A=2", "DB_PASSWORD=changed-too", "URL=https://u:p@db.example.coop/", "B"];
      container.Mounts = [];
      container.CapabilityAdd = ["CAP_SYS_ADMIN"];
      container.StopGracePeriod = 20e9;
      spec.Mode = { Replicated: { Replicas: 3 } };
      spec.Labels = { ...spec.Labels, "traefik.enable": "true", "tandem.run": "bakor" };
      spec.EndpointSpec = { Ports: [{ PublishedPort: 443, TargetPort: 8443, PublishMode: "host" }] };
    });
    const text = diffOf([{ service: "app", change: "update", before, after }], [], []);
    expect(text.split("\n")).toEqual([
      "~ app",
      "  - image nginx:1.27",
      "  + image nginx:1.28",
      "  - replicas 1",
      "  + replicas 3",
      "  - env A=1",
      "  + env A=2",
      "  ~ env DB_PASSWORD changed",
      "  - mount volume shop_data at /data",
      "  + port 443 to 8443/tcp on its own server",
      "  + env URL=•••",
      "  + env B",
      "  + capability CAP_SYS_ADMIN",
      "  + label traefik.enable=true",
      "  ~ ContainerSpec.StopGracePeriod changed",
    ]);
  });

  it("says when the same tag means another build, and only then speaks of it", () => {
    const at = (digest: string) =>
      specOf("app", (s) => void (s.TaskTemplate.ContainerSpec.Image = `nginx:1.27@sha256:${digest}`));
    const text = diffOf([{ service: "app", change: "update", before: at("a"), after: at("b") }], [], []);
    expect(text).toBe("~ app\n  ~ image nginx:1.27: the same tag, another build");
  });

  it("does not let a changed mount option go unsaid", () => {
    const after = specOf("app", (s) => {
      s.TaskTemplate.ContainerSpec.Mounts = [
        { Type: "volume", Source: "shop_data", Target: "/data", VolumeOptions: { NoCopy: true } } as never,
      ];
    });
    expect(diffOf([{ service: "app", change: "update", before, after }], [], [])).toBe(
      "~ app\n  ~ ContainerSpec.Mounts changed",
    );
  });

  it("new, gone and unchanged services, and what is made beside them", () => {
    const text = diffOf(
      [
        { service: "app", change: "create", after: specOf("app") },
        { service: "db", change: "same", before, after: before },
        { service: "old", change: "remove", before },
      ],
      ["network shop_default"],
      [],
    );
    const lines = text.split("\n");
    expect(lines.slice(0, 3)).toEqual(["+ network shop_default", "+ app: new", "  + image nginx:1.27"]);
    expect(lines).toContain("  + env DB_PASSWORD=•••");
    expect(lines.at(-1)).toBe("- old: removed, its volumes stay");
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("db");
  });

  it("ends after 200 lines and says how many there are", () => {
    const after = specOf(
      "app",
      (s) => void (s.TaskTemplate.ContainerSpec.Env = Array.from({ length: 300 }, (_, i) => `N${i}=x`)),
    );
    const lines = diffOf([{ service: "app", change: "create", after }], [], []).split("\n");
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)).toMatch(/^… and \d+ lines more$/);
  });
});
