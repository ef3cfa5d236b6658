/** What is said about an app's names before a deploy, and about its page after it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openApps } from "../../src/apps/index.ts";
import { namesOf, warnOfNames } from "../../src/apps/seen-from-outside.ts";
import type { Addresses, Outside, Probe } from "../../src/outside/index.ts";
import type { Server } from "../../src/servers/index.ts";
import deploy from "../../workflows/deploy.ts";
import { tell } from "../workflows/telling.ts";
import { fakeServers } from "./fake-swarm.ts";
import { domain, local, openHouse, register, type House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => house.db.close());

function outsideOf(names: Record<string, string[] | null>, probe?: Probe): Outside {
  const answer = (name: string): Addresses => {
    const found = names[name] ?? (name in names ? null : /^[\d.]+$/.test(name) ? [name] : []);
    return found === null ? { known: false, why: "it does not answer" } : { known: true, addresses: found };
  };
  return {
    addresses: (name) => Promise.resolve(answer(name)),
    probe: () => Promise.resolve(probe ?? { alive: false, why: "nothing listens there", url: "" }),
  };
}

const here: Server = { name: local, ssh: null, nodes: [], addedBy: null, addedAt: null };

describe("names", () => {
  it("are DOMAIN and what the piece of a rule in EXTRA_DOMAINS says", () => {
    const env = "EXTRA_DOMAINS=', `www.example.com`, `b.example.com`) || Host(`c.example.com`'\n";
    expect(namesOf(domain, env)).toEqual([domain, "www.example.com", "b.example.com", "c.example.com"]);
    expect(namesOf(domain, "EXTRA_DOMAINS=\n")).toEqual([domain]);
  });

  it("are compared with the server's public addresses, both sides said", async () => {
    const outside = outsideOf({
      "good.example": ["198.51.100.3"],
      "away.example": ["192.0.2.7"],
      "half.example": ["192.0.2.7", "198.51.100.3"],
      "silent.example": null,
    });
    const names = ["good.example", "away.example", "half.example", "none.example", "silent.example"];
    expect(await warnOfNames({ outside, localAddresses: ["198.51.100.3", "10.0.0.1"] }, here, names)).toEqual(
      [
        "away.example leads to 192.0.2.7, but local has 198.51.100.3.",
        "half.example leads to 192.0.2.7, but local has 198.51.100.3.",
        "none.example has no address in the DNS; local has 198.51.100.3.",
        "the DNS could not be asked for silent.example: it does not answer.",
      ],
    );
  });

  it("of a server over SSH are compared with the addresses of its hosts", async () => {
    const ssh = { host: "swarm.example", port: 22, user: "u", keyFile: null, hostKey: "", socket: "" };
    const nodes = [{ hostname: "two", host: "198.51.100.4", port: 22, hostKey: "" }];
    const there: Server = { ...here, name: "swarm-2" as typeof local, ssh, nodes };
    const outside = outsideOf({ "swarm.example": ["198.51.100.3"], "app.example": ["198.51.100.4"] });
    expect(await warnOfNames({ outside, localAddresses: [] }, there, ["app.example"])).toEqual([]);
    expect(await warnOfNames({ outside, localAddresses: [] }, there, ["none.example"])).toEqual([
      "none.example has no address in the DNS; swarm-2 has 198.51.100.3 and 198.51.100.4.",
    ]);
  });

  it("are left in peace where no public address of the server is known", async () => {
    const parts = { outside: outsideOf({}), localAddresses: ["192.168.1.4"] };
    expect(await warnOfNames(parts, here, ["none.example"])).toEqual([]);
  });
});

describe("a deploy", () => {
  const withOutside = async (outside: Outside): Promise<void> => {
    const { db, clock, audit, recipes, swarm } = house;
    await register(house);
    const servers = fakeServers(swarm);
    const localAddresses = ["198.51.100.3"];
    house.apps = openApps({ db, clock, audit, recipes, servers, outside, localAddresses });
    const plan = swarm.plan.bind(swarm);
    swarm.plan = async (input) => {
      const made = await plan(input);
      const labels = (made.specs.services["app"] as { Labels: Record<string, string> }).Labels;
      labels["traefik.enable"] = "true";
      return made;
    };
  };
  const probe: Probe = {
    alive: true,
    status: 200,
    ms: 120,
    url: "",
    certificate: { issuer: "Let's Encrypt", daysLeft: 80, refused: null },
  };

  it("says in the question where the names lead, and afterwards how the page answers", async () => {
    await withOutside(outsideOf({ [domain]: ["192.0.2.7"] }, probe));
    const told = await tell(house, deploy, { app: domain });
    expect(told.text).toContain(`Mind: ${domain} leads to 192.0.2.7, but local has 198.51.100.3.`);
    expect(told.text).toContain(`https://${domain} answers 200 in 120 ms.`);
    expect(told.text).toContain("Its certificate of Let's Encrypt is good for 80 days.");
  });

  it("does not look at names when it is told not to", async () => {
    await withOutside(outsideOf({}, probe));
    const told = await tell(house, deploy, { app: domain, noDomainChecks: true });
    expect(told.text).not.toContain("no address");
  });

  it("is well although its page does not answer, and says so", async () => {
    await withOutside(outsideOf({ [domain]: ["198.51.100.3"] }));
    const told = await tell(house, deploy, { app: domain });
    expect(told.status).toBe("done");
    expect(told.text).not.toContain("leads to");
    expect(told.text).toContain(
      `Mind: it runs, but https://${domain} does not answer from here: nothing listens there.`,
    );
  });
});
