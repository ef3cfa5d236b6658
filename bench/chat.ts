/**
 * Command → answer against the barest bot on the same homeserver, and what Tandem's own way costs: inbox, outbox,
 * durable keys, encryption. Every contender is asked in turn, command by command, so that all share the same noise.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { startSynapse } from "../test/real/synapse/index.ts";
import { clearRoom, clientRoom, type EchoRoom } from "./chat/echo-room.ts";
import { median, quantile, tableText, type BenchRow, type BenchTable } from "./table.ts";

const rounds = 3;
const commandsPerRound = 200;
/** As the program is started: V8 keeps 180 MB of import garbage otherwise. */
const flags = ["--max-semi-space-size=4"];
const here = import.meta.dirname;
const oursScript = path.join(here, "../test/real/chaos-bot.ts");
const bareScript = path.join(here, "chat/bare-bot.ts");

type Contender = "bare" | "ours" | "bare with a client" | "ours encrypted";

/** Runs the whole measurement; some two minutes on a quiet machine. Rejects when no Synapse can be had. */
export async function benchChat(): Promise<BenchTable> {
  const synapse = await startSynapse();
  const children: ChildProcess[] = [];
  try {
    const [bareUser, user] = [await synapse.user("bare"), await synapse.user("tandem")];
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-bench-"));
    const settings = { url: synapse.url, accessToken: user.accessToken, folder };
    children.push(await start(bareScript, { url: synapse.url, accessToken: bareUser.accessToken }));
    const ours = await start(oursScript, settings);
    children.push(ours);
    const rooms: Record<Contender, EchoRoom> = {
      bare: await clearRoom(synapse, bareUser),
      ours: await clearRoom(synapse, user),
      "bare with a client": await clientRoom(synapse, bareUser, false),
      "ours encrypted": await clientRoom(synapse, user, true),
    };
    const times = await measure(rooms);
    const rows = [
      ...compare("clear room", times.ours, times.bare, 1.2),
      ...compare(
        "encrypted room, bare bot in clear",
        times["ours encrypted"],
        times["bare with a client"],
        1.5,
      ),
      resident(ours),
      await coldStart(rooms["ours encrypted"], ours, settings, children),
    ];
    for (const room of Object.values(rooms)) room.stop();
    return { title: `Chat: command → answer, ${rounds} × ${commandsPerRound} commands, one Synapse`, rows };
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await synapse.stop();
  }
}

async function start(script: string, settings: object): Promise<ChildProcess> {
  const child = spawn(process.execPath, [...flags, "--no-deprecation", script, JSON.stringify(settings)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((up, failed) => {
    createInterface({ input: child.stdout }).once("line", () => up());
    child.once("exit", (code) => failed(new Error(`${script} ended with ${String(code)}`)));
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

function resident(child: ChildProcess): BenchRow {
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

/** From starting the process to the answer to a command that was said while it was down. Median of three. */
async function coldStart(
  room: EchoRoom,
  running: ChildProcess,
  settings: object,
  children: ChildProcess[],
): Promise<BenchRow> {
  const seconds: number[] = [];
  let last = running;
  for (let n = 0; n < 3; n++) {
    const ended = new Promise((resolve) => last.once("exit", resolve));
    last.kill("SIGKILL");
    await ended;
    const { answered } = await room.say(`cold ${n}.`);
    const began = performance.now();
    last = await start(oursScript, settings);
    children.push(last);
    seconds.push(((await answered) - began) / 1000);
  }
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
