import { problem } from "../problem.ts";

export const dataFolderUnwritable = problem(
  "data-folder-unwritable",
  ({ folder, reason }: { folder: string; reason: string }) => ({
    happened: `The data folder ${folder} cannot be used: ${reason}.`,
    means: "Tandem keeps everything there, so it would not start.",
    remedy: "Make it a folder that the account of Tandem may write to, or name another with TANDEM_DATA_DIR.",
  }),
  { folder: "/data", reason: "it may not be written to" },
);

export const tokenWithoutDevice = problem(
  "token-without-device",
  ({ homeserver }: { homeserver: string }) => ({
    happened: `The access token for ${homeserver} belongs to no device.`,
    means: "Nothing could be encrypted with it, so Tandem would not start.",
    remedy: "Make one that has a device: npx tandem login",
  }),
  { homeserver: "https://matrix.example.coop" },
);

export const homeserverSilent = problem(
  "homeserver-silent",
  ({ homeserver, reason }: { homeserver: string; reason: string }) => ({
    happened: `The homeserver ${homeserver} does not answer: ${reason}.`,
    means: "Until it does, nothing is heard or said in rooms; what waits to be said is kept.",
    remedy: "Check matrix.homeserver in the settings, and that this machine reaches it.",
  }),
  { homeserver: "https://matrix.example.coop", reason: "nothing listens there" },
);

export const roomNotJoined = problem(
  "room-not-joined",
  ({ room, setting }: { room: string; setting: string }) => ({
    happened: `The bot is not in the room ${room}, which ${setting} names.`,
    means: "What Tandem has to say there is lost; questions to be agreed to wait on the pages alone.",
    remedy:
      "Invite the bot there from the account of a member. If the room is gone, name another one in the settings " +
      "and start Tandem again.",
  }),
  { room: "!abc:example.coop", setting: "matrix.defaultRoom" },
);

export const recipeSourceSilent = problem(
  "recipe-source-silent",
  ({ source, reason }: { source: string; reason: string }) => ({
    happened: `${source} cannot be read: ${reason}.`,
    means: "New versions of this recipe are not seen; without an earlier copy it cannot be deployed at all.",
    remedy: "Check the address under recipes in the settings, and for private ones the keys in gitEnv.",
  }),
  { source: "https://git.example.coop/nextcloud.git", reason: "repository not found" },
);

export const partUnwell = problem(
  "part-unwell",
  ({ part, says }: { part: string; says: string }) => ({
    happened: `The running Tandem says of its ${part}: ${says}.`,
    means: "It goes on as far as it can without.",
    remedy: "What it needs stands in its log; the lines below say what can be checked from here.",
  }),
  { part: "chat", says: "not connected; 3 messages wait to be sent" },
);
