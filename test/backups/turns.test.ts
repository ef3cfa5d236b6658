import fc from "fast-check";
import { expect, test } from "vitest";
import { openTurns } from "../../src/backups/turns.ts";

const settled = (): Promise<void> => new Promise((go) => setImmediate(go));

test("whoever needs what is taken waits, first come first served; others go on", async () => {
  const turns = openTurns();
  const order: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (name: string, things: string[]): Promise<void> =>
    turns.take(things, () => {
      order.push(name);
      return new Promise<void>((end) => ends.set(name, end));
    });
  const all = [begin("a", ["r", "n1"]), begin("b", ["r", "n2"]), begin("c", ["n2"]), begin("d", ["other"])];
  await settled();
  // c waits behind b, which would otherwise never have both of its things.
  expect(order).toEqual(["a", "d"]);
  ends.get("a")?.();
  await settled();
  expect(order).toEqual(["a", "d", "b"]);
  ends.get("b")?.();
  await settled();
  ends.get("c")?.();
  ends.get("d")?.();
  await Promise.all(all);
  expect(order).toEqual(["a", "d", "b", "c"]);
});

test("one that gives up lets the others through, and one that fails gives its things back", async () => {
  const turns = openTurns();
  const over = new AbortController();
  let end = (): void => undefined;
  const first = turns.take(["r"], () => new Promise<void>((go) => (end = go)));
  const second = turns.take(["r", "n"], () => Promise.resolve("second"), over.signal);
  const third = turns.take(["n"], () => Promise.reject(new Error("third")));
  over.abort(new Error("no more"));
  await expect(second).rejects.toThrow("no more");
  await expect(third).rejects.toThrow("third");
  end();
  await first;
  await expect(turns.take(["r", "n"], () => Promise.resolve("free"))).resolves.toBe("free");
  await expect(
    turns.take(["r"], () => Promise.resolve(1), AbortSignal.abort(new Error("late"))),
  ).rejects.toThrow("late");
});

test("never two at once, and everybody has a turn", async () => {
  const wishes = fc.array(fc.uniqueArray(fc.constantFrom("r1", "r2", "n1", "n2", "n3"), { minLength: 1 }), {
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(wishes, async (all) => {
      const turns = openTurns();
      const busy = new Set<string>();
      let done = 0;
      await Promise.all(
        all.map((things) =>
          turns.take(things, async () => {
            for (const thing of things) expect(busy.has(thing)).toBe(false);
            for (const thing of things) busy.add(thing);
            await settled();
            for (const thing of things) busy.delete(thing);
            done++;
          }),
        ),
      );
      expect(done).toBe(all.length);
    }),
    { numRuns: 50 },
  );
});
