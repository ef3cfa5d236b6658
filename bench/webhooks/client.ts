/**
 * The other side of the measurement of webhooks, in a process of its own as Stripe is elsewhere:
 * `client.ts PORT SECRET FIRST COUNT PER_SECOND` sends signed events and prints how long each took, in ms, as JSON.
 */
import { Agent, request } from "node:http";
import Stripe from "stripe";

const [port = 0, first = 0, count = 0, perSecond = 1] = [2, 4, 5, 6].map((at) => Number(process.argv[at]));
const secret = process.argv[3] ?? "";
const agent = new Agent({ keepAlive: true, maxSockets: 50 });

function hook(n: number): { body: string; signature: string } {
  const object = { id: `in_${n % 500}`, object: "invoice", lines: "x".repeat(2000) };
  const event = { id: `evt_${n}`, object: "event", type: "invoice.paid", created: 1_795_000_000 + n };
  const body = JSON.stringify({ ...event, data: { object } });
  return { body, signature: Stripe.webhooks.generateTestHeaderString({ payload: body, secret }) };
}

function send({ body, signature }: ReturnType<typeof hook>): Promise<number> {
  const startedMs = performance.now();
  const headers = { "content-type": "application/json", "stripe-signature": signature };
  return new Promise((done, failed) => {
    const to = { port, host: "127.0.0.1", path: "/hooks/stripe", method: "POST", agent, headers };
    const sent = request(to, (answer) => {
      answer.resume();
      answer.on("end", () => {
        if (answer.statusCode !== 200) failed(new Error(`answered ${answer.statusCode ?? 0}`));
        else done(performance.now() - startedMs);
      });
    });
    sent.on("error", failed);
    sent.end(body);
  });
}

// Signed before the first one leaves: that work is Stripe's.
const hooks = Array.from({ length: count }, (_, n) => hook(first + n));
for (const one of Array.from({ length: 50 }, (_, n) => hook(first + count + n))) await send(one);
const startedMs = performance.now();
const tasks: Promise<number>[] = [];
for (const [n, one] of hooks.entries()) {
  // Each leaves when it is its turn, whether or not those before it were answered.
  const waitMs = startedMs + (n * 1000) / perSecond - performance.now();
  if (waitMs > 1) await new Promise((next) => setTimeout(next, waitMs));
  tasks.push(send(one));
}
process.stdout.write(JSON.stringify(await Promise.all(tasks)));
agent.destroy();
