import { describe, expect, test } from "vitest";
import { signedIn } from "./browse.ts";
import { everyGet, visitorOf } from "./every-page.ts";
import { house } from "./house.ts";
import { plantedSecret } from "./told-apps.ts";

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>' onmouseover='x' [x](javascript:alert(1)) =HYPERLINK("x")`;

describe("what people type is text and nothing else", () => {
  test.each(everyGet)("%s", async (path) => {
    const home = house({ told: { hostile } });
    const one = await signedIn(home, visitorOf(path));
    const page = await (await one.get(path)).text();
    expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>|<[^>]*javascript:/i);
    expect(page).not.toMatch(/<[a-z][^>]*\son[a-z]+\s*=/i);
  });

  test("it is shown all the same", async () => {
    const one = await signedIn(house({ told: { hostile } }), "bo");
    expect(await (await one.get("/approvals/bakor/approval")).text()).toContain("&lt;script&gt;alert(1)");
    expect(await (await one.get("/recipes/custom-html")).text()).toContain("&lt;script&gt;alert(1)");
  });

  test("a path is shown escaped", async () => {
    const one = await signedIn(house(), "bo");
    const page = await (await one.get("/runs/<svg onload=alert(1)>")).text();
    expect(page).toContain("There is nothing at /runs/");
    expect(page).not.toContain("<svg onload");
  });
});

describe("secrets", () => {
  test("of a deploy are on no face, only that they changed", async () => {
    const one = await signedIn(house(), "bo");
    for (const ending of ["", ".json"]) {
      for (const id of [1, 2, 7]) {
        const page = await (await one.get(`/apps/notes.example.coop/deploys/${id}${ending}`)).text();
        expect(page).toContain("DB_PASSWORD=•••");
        expect(page).not.toContain(plantedSecret);
        expect(page).not.toContain("old-planted-password-value");
      }
      const changed = await (await one.get(`/apps/notes.example.coop/deploys/2${ending}`)).text();
      expect(changed).toContain("DB_PASSWORD=••• (changed)");
      expect(changed).toContain("postgres://notes:•••@db/notes (changed)");
      expect(changed).toContain("--admin-token=••• (changed)");
      const same = await (await one.get(`/apps/notes.example.coop/deploys/7${ending}`)).text();
      expect(same).not.toContain("(changed)");
    }
  });

  test("the name of a Swarm secret is no secret", async () => {
    const one = await signedIn(house(), "bo");
    expect(await (await one.get("/apps/notes.example.coop/deploys/2")).text()).toContain(
      "notes_example_coop_session_v1",
    );
  });
});

test("a formula in a table is text in the CSV", async () => {
  const one = await signedIn(house({ told: { hostile: "=cmd|' /C calc'!A0" } }), "bo");
  const csv = await (await one.get("/recipes.csv")).text();
  expect(csv).toContain(",'=cmd|");
  expect(csv).not.toMatch(/(^|,)[=+@-]/m);
});

test("a silent server: stored things are shown, with the problem", async () => {
  const one = await signedIn(house({ told: { silent: true } }), "bo");
  for (const path of ["/", "/apps", "/apps/notes.example.coop"]) {
    const response = await one.get(path);
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain("The Docker Engine at /var/run/docker.sock does not answer.");
    expect(page).toContain("notes.example.coop");
  }
});

test("a server that never answers is waited for 3 s", async () => {
  const home = house({
    parts: {
      recipes: { list: () => new Promise(() => undefined), show: () => new Promise(() => undefined) },
    },
  });
  const one = await signedIn(home, "bo");
  const asked = one.get("/recipes");
  await home.clock.turn(3000);
  expect(await (await asked).text()).toContain("The server did not answer within 3 s.");
});

test("an empty house has friendly words everywhere", async () => {
  const one = await signedIn(house({ told: { empty: true } }), "bo");
  const words: Record<string, string> = {
    "/": "Enjoy the ride",
    "/approvals": "The road is clear",
    "/apps": "the rack is empty",
    "/runs": "Nothing has been started yet",
    "/recipes": "No recipes yet",
  };
  for (const [path, friendly] of Object.entries(words)) {
    expect(await (await one.get(path)).text()).toContain(friendly);
  }
});
