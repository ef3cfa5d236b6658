/**
 * Command → answer of the whole house (door, audit, approvals, engine, pages and all, in a process of its own) against
 * the barest bot on the same homeserver. Every contender is asked in turn, command by command, so that all share the
 * same noise.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { install, type Installation, type Program } from "../test/real/house/program.ts";
import { startSynapse, type TestUser } from "../test/real/synapse/index.ts";
import { clearRoom, clientRoom, type EchoRoom } from "./chat/echo-room.ts";
import { echoTalk, whoAmITalk } from "./chat/talks.ts";
import { median, quantile, tableText, type BenchRow, type BenchTable } from "./table.ts";

const rounds = 3;
const commandsPerRound = 200;
/** Said with no pause between them: a pause is when V8 tidies up, and a busy day has none. */
const commandsWithoutPause = 300;
const here = import.meta.dirname;
/** As src/main.ts, with room for more commands than one person may say in a minute. */
const houseScript = path.join(here, "../test/real/house/child.ts");
const bareScript = path.join(here, "chat/bare-bot.ts");

type Contender = "bare" | "house" | "bare with a client" | "house encrypted";

/** Runs the whole measurement; some two minutes on a quiet machine. Rejects when no Synapse can be had. */
export async function benchChat(): Promise<BenchTable> {
  const synapse = await startSynapse();
  const { url } = synapse;
  const ending: (() => unknown)[] = [() => synapse.stop()];
  try {
    const user = (name: string): Promise<TestUser> => synapse.user(name);
    const [bare, bot, cleo, bo] = [
      await user("bare"),
      await user("tandem"),
      await user("cleo"),
      await user("bo"),
    ];
    const bareBot = await startBare({ url, accessToken: bare.accessToken });
    ending.push(() => bareBot.kill("SIGKILL"));
    const home = await install({
      homeserver: url,
      bot,
      operators: [{ name: "cleo", matrixId: cleo.userId }],
      maintainers: [{ name: "bo", matrixId: bo.userId }],
    });
    const house = home.start({ script: houseScript, env: { TANDEM_CHAOS_RATES: "high" } });
    ending.push(() => house.end("SIGKILL").then(() => home.remove()));
    await house.up;
    const rooms: Record<Contender, EchoRoom> = {
      bare: await clearRoom(url, bare, echoTalk(await user("asker"))),
      house: await clearRoom(url, bot, whoAmITalk(cleo)),
      "bare with a client": await clientRoom(url, bare, echoTalk(await user("asker")), false),
      "house encrypted": await clientRoom(url, bot, whoAmITalk(bo), true),
    };
    ending.push(() => Object.values(rooms).forEach((room) => room.stop()));
    const times = await measure(rooms);
    for (let n = 0; n < commandsWithoutPause; n++)
      await Promise.all([rooms.house.ask(`busy ${n}.`), rooms["house encrypted"].ask(`busy ${n}.`)]);
    const rows = [
      ...compare("clear room", times.house, times.bare, 1.2),
      ...compare(
        "encrypted room, bare bot in clear",
        times["house encrypted"],
        times["bare with a client"],
        1.5,
      ),
      resident(house),
      await coldStart(rooms["house encrypted"], house, home),
    ];
    return { title: `Chat: command → answer, ${rounds} × ${commandsPerRound} commands, one Synapse`, rows };
  } finally {
    for (const end of ending.reverse()) await end();
  }
}

async function startBare(settings: object): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--no-deprecation", bareScript, JSON.stringify(settings)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((up, failed) => {
    createInterface({ input: child.stdout }).once("line", () => up());
    child.once("exit", (code) => failed(new Error(`${bareScript} ended with ${String(code)}`)));
  });
  return child;
}

async function measure(rooms: Record<Contender, EchoRoom>): Promise<Record<Contender, number[][]>> {
  const contenders = Object.keys(rooms) as Contender[];
  const times = Object.fromEntries(contenders.map((name) => [name, [] as number[][]])) as Record<
    Contender,
    number[][]
  >;
  for (let warmUp = 0; warmUp < 10; warmUp++)
    for (const name of contenders) await rooms[name].ask(`warm up ${warmUp}`);
  for (let round = 0; round < rounds; round++) {
    for (const name of contenders) times[name].push([]);
    for (let n = 0; n < commandsPerRound; n++)
      for (const name of contenders) times[name][round]?.push(await rooms[name].ask(`${round} ${n}.`));
  }
  return times;
}

/** The medians over the rounds, of the middle and of the slow end. */
function compare(where: string, ours: number[][], bare: number[][], budget: number): BenchRow[] {
  return [0.5, 0.99].map((share) => {
    const of = (times: number[][]): number[] => times.map((round) => quantile(round, share));
    const ratio = median(of(ours).map((time, round) => time / (of(bare)[round] ?? Number.NaN)));
    return {
      measure: `p${share * 100}, ${where}`,
      ours: `${median(of(ours)).toFixed(1)} ms`,
      peer: `${median(of(bare)).toFixed(1)} ms`,
      ratio: `${ratio.toFixed(2)} x`,
      budget: `<= ${budget} x`,
      ok: ratio <= budget,
    };
  });
}

/** At the end of a busy time, with all commands behind it. */
function resident({ child }: Program): BenchRow {
  const status = readFileSync(`/proc/${child.pid ?? "self"}/status`, "utf8");
  const mb = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  return {
    measure: "resident, encryption on",
    ours: `${mb.toFixed(0)} MB`,
    peer: "-",
    ratio: "-",
    budget: "<= 200 MB",
    ok: mb <= 200,
  };
}

/** From starting src/main.ts to the answer to a command that was said while it was down. Median of three. */
async function coldStart(room: EchoRoom, running: Program, home: Installation): Promise<BenchRow> {
  const seconds: number[] = [];
  let last = running;
  for (let n = 0; n < 3; n++) {
    await last.end("SIGKILL");
    const { answered } = await room.say(`cold ${n}.`);
    const began = performance.now();
    last = home.start();
    seconds.push(((await answered) - began) / 1000);
  }
  await last.end("SIGKILL");
  const middle = median(seconds);
  return {
    measure: "cold start to first answer, encrypted",
    ours: `${middle.toFixed(2)} s`,
    peer: "-",
    ratio: "-",
    budget: "<= 2 s",
    ok: middle <= 2,
  };
}

if (process.argv[1] === import.meta.filename) {
  const table = await benchChat();
  console.log(tableText(table));
  process.exit(table.rows.every((row) => row.ok !== false) ? 0 : 1);
}
