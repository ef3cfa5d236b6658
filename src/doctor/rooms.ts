/** Whether the bot is in the rooms that the settings name, and who can read what is said in its rooms. */
import type { Config } from "../config.ts";
import { homeserverSilent, roomNotJoined } from "../core/problems/doctor.ts";
import type { Secret } from "../core/secret.ts";
import { find, type Aside, type Finding } from "./finding.ts";
import { askHomeserver } from "./homeserver.ts";

/** So many rooms beside those of the settings are looked at, and so many named. */
const mostLookedAt = 50;
const mostNamed = 5;
/** Characters. */
const longestName = 60;
/** Rooms that are missed when no setting names them; all others have one of these in their place. */
const missed: Record<string, string> = {
  "matrix.defaultRoom":
    "not set; what is asked on pages or by schedule is told in no room, and of the night only its trouble",
  "matrix.operatorsRoom": "not set; the day's head of the audit trail is posted nowhere",
};
const inTheClear =
  "not encrypted: everybody who runs a homeserver of its members can read what is said there. " +
  "To encrypt it: in Element, the room's settings, Security (nobody can take that back)";

interface Place {
  homeserver: string;
  token: Secret;
  /** The rooms that the bot is in, by their ids. */
  joined: ReadonlySet<string>;
}

/** A finding for each room that the settings name, one for those that they should, one for all others together. */
export async function rooms(
  { matrix, secrets, ...config }: Config,
  { isRunning }: { isRunning: boolean },
): Promise<Finding[]> {
  const token = secrets.matrixAccessToken;
  if (matrix === undefined || token === undefined) return [];
  const { homeserver } = matrix;
  const named = namedIn({ matrix, ...config });
  const joined: string[] = [];
  const asked = await find("rooms", async () => {
    joined.push(...(await joinedRooms(homeserver, token)));
    return "";
  });
  if (asked.state === "unwell") return [asked];
  const place = { homeserver, token, joined: new Set(joined) };
  const byId = Map.groupBy(named, ({ room }) => room);
  return Promise.all([
    ...[...byId].map(([room, settings]) =>
      find(`room ${settings.map(({ setting }) => setting).join(", ")}`, () =>
        look(place, room, settings[0]?.setting ?? "", isRunning),
      ),
    ),
    ...Object.entries(missed)
      .filter(([setting]) => named.every((one) => one.setting !== setting))
      .map(([setting, aside]) => find(`room ${setting}`, () => ({ aside }))),
    ...(joined.some((room) => !byId.has(room))
      ? [
          find("other rooms", () =>
            lookAtOthers(
              place,
              joined.filter((room) => !byId.has(room)),
            ),
          ),
        ]
      : []),
  ]);
}

function namedIn(
  config: Pick<Config, "matrix" | "backups" | "upgrades" | "collective" | "stripe">,
): { setting: string; room: string }[] {
  const all = {
    "matrix.defaultRoom": config.matrix?.defaultRoom,
    "matrix.operatorsRoom": config.matrix?.operatorsRoom,
    "backups.room": config.backups.room,
    "upgrades.room": config.upgrades.room,
    "collective.room": config.collective.room,
    "stripe.room": config.stripe.room,
  };
  return Object.entries(all).flatMap(([setting, room]) => (room === undefined ? [] : [{ setting, room }]));
}

async function joinedRooms(homeserver: string, token: Secret): Promise<string[]> {
  const [status, body] = await askHomeserver(homeserver, token, "/_matrix/client/v3/joined_rooms");
  const found = body["joined_rooms"];
  if (status === 200 && Array.isArray(found))
    return found.filter((room): room is string => typeof room === "string");
  throw homeserverSilent({
    homeserver,
    reason: `it does not say which rooms the bot is in (status ${status})`,
  });
}

async function look(
  place: Place,
  room: string,
  setting: string,
  isRunning: boolean,
): Promise<string | Aside> {
  if (!place.joined.has(room)) {
    if (isRunning) throw roomNotJoined({ room, setting });
    // It goes where it is invited once it runs.
    return { aside: `the bot is not in ${room} yet: invite it there as soon as Tandem runs` };
  }
  const name = await nameOf(place, room);
  if (await isEncrypted(place, room)) return `the bot is in ${name}, which is encrypted`;
  return { aside: `the bot is in ${name}, which is ${inTheClear}` };
}

async function lookAtOthers(place: Place, others: readonly string[]): Promise<string | Aside> {
  const seen = others.slice(0, mostLookedAt);
  const are = await Promise.all(seen.map((room) => isEncrypted(place, room)));
  const clear = seen.filter((_, index) => are[index] === false);
  const unseen = others.length - seen.length;
  const also = unseen === 0 ? "" : `; ${unseen} more were not looked at`;
  const count = others.length === 1 ? "one" : String(others.length);
  if (clear.length === 0)
    return `the bot is in ${count} more, ${others.length === 1 ? "encrypted" : "all encrypted"}${also}`;
  const names = await Promise.all(clear.slice(0, mostNamed).map((room) => nameOf(place, room)));
  const rest = clear.length > mostNamed ? ` and ${clear.length - mostNamed} others` : "";
  return {
    aside: `the bot is in ${count} more; of these ${names.join(", ")}${rest} ${isOrAre(clear)} ${inTheClear}${also}`,
  };
}

const isOrAre = (some: readonly unknown[]): string => (some.length === 1 ? "is" : "are");

/** As people call it, with the id by which the settings do. */
async function nameOf(place: Place, room: string): Promise<string> {
  const { name } = (await stateOf(place, room, "m.room.name")) ?? {};
  // Anybody in the room may have chosen it, and a terminal obeys what is in it.
  const shown = typeof name === "string" ? name.replace(/\p{C}/gu, "").trim().slice(0, longestName) : "";
  return shown === "" ? room : `${room} (“${shown}”)`;
}

async function isEncrypted(place: Place, room: string): Promise<boolean> {
  return (await stateOf(place, room, "m.room.encryption")) !== null;
}

/** Null where the room has no such state. */
async function stateOf(
  { homeserver, token }: Place,
  room: string,
  type: string,
): Promise<Record<string, unknown> | null> {
  const address = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state/${type}/`;
  const [status, body] = await askHomeserver(homeserver, token, address);
  if (status === 200) return body;
  if (status === 404 && body["errcode"] === "M_NOT_FOUND") return null;
  throw homeserverSilent({ homeserver, reason: `it does not say how ${room} is set (status ${status})` });
}
