import { expect, test } from "vitest";
import { GroupCommit } from "../../src/db/group-commit.ts";
import { freshDb } from "./conformance/own.ts";

test("what throws after the commit is thrown apart: the batch is not written again", async () => {
  const db = freshDb();
  db.sqlite.exec("create table t (n integer)");
  const add = db.sqlite.prepare("insert into t values (?)");
  const commits = new GroupCommit(db.sqlite);
  const thrownApart = new Promise((seen) => {
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.once("uncaughtException", (thrown) => {
      for (const other of others) process.on("uncaughtException", other);
      seen(thrown.message);
    });
  });
  let writes = 0;
  const both = Promise.all([
    commits.soon(() => {
      writes++;
      add.run(1);
      commits.afterCommit(() => {
        throw new Error("a mistake of the caller");
      });
    }),
    commits.soon(() => add.run(2)),
  ]);
  await both;
  expect(await thrownApart).toBe("a mistake of the caller");
  expect(writes).toBe(1);
  expect(db.sqlite.prepare("select n from t order by n").pluck().all()).toEqual([1, 2]);
  db.close();
});
