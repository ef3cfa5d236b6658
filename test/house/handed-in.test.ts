/** A file that is handed in on the command line goes into the question, not its bytes into anything that is kept. */
import { expect, test } from "vitest";
import path from "node:path";
import { throughDoor } from "../../src/cli/ask.ts";
import { ana, openStage } from "./stage.ts";

test("the command gets a parcel in the place of the file's name", async () => {
  const stage = await openStage({ recipes: { "custom-html": path.resolve("recipes/custom-html") } });
  try {
    await stage.say(ana, "!tandem app new custom-html wiki.example.coop");
    stage.engine.runs = "wiki_example_coop";
    const door = { dataDir: path.join(stage.folder, "data") };
    const bytes = Buffer.from("planted bytes of a file 5512");
    const line = 'app cp wiki.example.coop app:/srv/logo.png --put="my logo.png"';
    const file = bytes.toString("base64");
    const answer = await throughDoor(door, "POST", "/", { line, as: "cleo", file });
    expect(answer).toMatchObject({ ok: true, text: expect.any(String) as string });
    await stage.chat.seen(/Put a file of 28 bytes into app:\/srv\/logo\.png of wiki\.example\.coop\?/);
    await stage.rest();
    const tables = ["run", "step", "audit", "outbox", "approval"];
    const kept = tables.map((table) => JSON.stringify(stage.rows(`select * from "${table}"`)));
    expect(kept.filter((text) => text.includes(file) || text.includes("planted bytes"))).toEqual([]);
    const said = await throughDoor(door, "POST", "/", { line, as: "cleo" });
    expect(said).toMatchObject({ ok: true });
    await stage.chat.seen(/There is no file my logo\.png here that could be put in\./);
  } finally {
    await stage.stop();
  }
});
