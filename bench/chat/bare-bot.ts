/**
 * What we are measured against: the shortest echo bot that matrix-bot-sdk allows. Argument: JSON of url and
 * token.
 */
import { LogService, MatrixClient, MemoryStorageProvider } from "matrix-bot-sdk";

interface Message {
  sender: string;
  content: { body?: string };
}

const { url, accessToken } = JSON.parse(process.argv[2] ?? "{}") as { url: string; accessToken: string };
const mute = (): void => undefined;
LogService.setLogger({ info: mute, warn: mute, error: mute, debug: mute, trace: mute });
const client = new MatrixClient(url, accessToken, new MemoryStorageProvider());
const self = await client.getUserId();
client.on("room.invite", (room: string) => void client.joinRoom(room));
client.on("room.message", (room: string, { sender, content }: Message) => {
  if (sender !== self && content.body?.startsWith("!echo ") === true)
    void client.sendNotice(room, content.body.slice("!echo ".length));
});
await client.start();
process.stdout.write(`${JSON.stringify({ id: "bare" })}\n`);
