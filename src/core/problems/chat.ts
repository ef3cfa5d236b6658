import { problem } from "../problem.ts";

export const cryptoStoreUnreadable = problem(
  "crypto-store-unreadable",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `The encryption keys in ${file} cannot be read: ${reason}.`,
    means: "Nothing was sent: without these keys Tandem could neither read nor answer in encrypted rooms.",
    remedy:
      "Check that the disk is there and the file is whole. If it is lost: npx tandem login --device NEWNAME.",
  }),
  { file: "/data/matrix/olm.db", reason: "file is not a database" },
);

export const cryptoStoreUnwritable = problem(
  "crypto-store-unwritable",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `The encryption keys in ${file} cannot be written: ${reason}.`,
    means:
      "Tandem stops at once, because going on could use one key twice and make messages readable to others.",
    remedy: "Make room on that disk or repair it; then start Tandem again. Nothing that was asked is lost.",
  }),
  { file: "/data/matrix/olm.db", reason: "database or disk is full" },
);

export const storePassphraseWrong = problem(
  "store-passphrase-wrong",
  ({ file }: { file: string }) => ({
    happened: `The passphrase does not open the encryption keys in ${file}.`,
    means: "Tandem has not started; the keys are unchanged.",
    remedy: "Set the passphrase with which this store was made.",
  }),
  { file: "/data/matrix/olm.db" },
);

export const homeserverUnreachable = problem(
  "homeserver-unreachable",
  ({ homeserver, reason }: { homeserver: string; reason: string }) => ({
    happened: `The homeserver ${homeserver} does not answer: ${reason}.`,
    means: "At its first start Tandem has to ask it who the bot is; later starts simply wait for it.",
    remedy: "Check the address and that the homeserver runs; then start again.",
  }),
  { homeserver: "https://matrix.example.coop", reason: "connection refused" },
);

export const tokenRefused = problem(
  "token-refused",
  ({ homeserver }: { homeserver: string }) => ({
    happened: `The homeserver ${homeserver} no longer accepts the bot's access token.`,
    means: "Tandem hears and says nothing in chat until it has a new one. Messages that wait are kept.",
    remedy: "Log in again with npx tandem login, store the new token, and start Tandem.",
  }),
  { homeserver: "https://matrix.example.coop" },
);

export const loginRefused = problem(
  "login-refused",
  ({ user, homeserver, reason }: { user: string; homeserver: string; reason: string }) => ({
    happened: `The homeserver ${homeserver} did not log in ${user}: ${reason}.`,
    means: "No token was made.",
    remedy: "Check the name and the password. Where the co-op signs in elsewhere, ask its admin for a token.",
  }),
  { user: "tandem", homeserver: "https://matrix.example.coop", reason: "wrong username or password" },
);

export const recoveryKeyNeeded = problem(
  "recovery-key-needed",
  ({ user }: { user: string }) => ({
    happened: `${user} already has a cross-signing identity, and its keys are not on this device.`,
    means: "Members could not trust what the bot says here; a new identity would warn each of them.",
    remedy:
      "Set the account's recovery key. If it is lost, set `matrix.resetIdentity: true` for one start, " +
      "to make a new identity on purpose.",
  }),
  { user: "@tandem:example.coop" },
);

export const recoveryKeyWrong = problem(
  "recovery-key-wrong",
  ({ user, reason }: { user: string; reason: string }) => ({
    happened: `The recovery key does not open the identity of ${user}: ${reason}.`,
    means: "The identity is unchanged, and this device is not signed by it.",
    remedy:
      "Check the key word by word: 48 characters in groups of four. If it is lost, take it out of the settings " +
      "and set `matrix.resetIdentity: true` for one start.",
  }),
  { user: "@tandem:example.coop", reason: "it belongs to another key" },
);

export const deviceKeysLost = problem(
  "device-keys-lost",
  ({ user, device }: { user: string; device: string }) => ({
    happened: `The homeserver knows other encryption keys for the device ${device} of ${user} than this store holds.`,
    means:
      "The store was lost or put back from a copy. A device cannot change its keys, and nobody would trust it.",
    remedy: "Log in as a new device: npx tandem login --device NEWNAME; then start with the new token.",
  }),
  { user: "@tandem:example.coop", device: "TANDEM" },
);

export const identityNeedsPassword = problem(
  "identity-needs-password",
  ({ user, homeserver }: { user: string; homeserver: string }) => ({
    happened: `The homeserver ${homeserver} wants the password of ${user} before it takes a new identity.`,
    means: "The bot's device is not cross-signed, so members' apps may refuse what it says.",
    remedy: "Set the bot's password for this one start; it is not needed afterwards.",
  }),
  { user: "@tandem:example.coop", homeserver: "https://matrix.example.coop" },
);

export const roomNotTold = problem(
  "room-not-told",
  ({ room, minutes, reason }: { room: string; minutes: number; reason: string }) => ({
    happened: `For ${minutes} minutes the homeserver could not tell me what goes on in ${room}: ${reason}.`,
    means: "The other rooms wait no longer for it. What was said there meanwhile may never be heard.",
    remedy:
      "Let the homeserver's admin look at its log. Then say again in that room what was not answered there.",
  }),
  { room: "!plans:example.coop", minutes: 10, reason: "500 M_UNKNOWN Internal server error" },
);

export const messageRefused = problem(
  "message-refused",
  ({ room, reason }: { room: string; reason: string }) => ({
    happened: `The homeserver refused what I had to say in ${room}: ${reason}.`,
    means: "That message is lost. Others may be too: I say this once a day for each room.",
    remedy:
      "If I was removed from the room, invite me again. If it was replaced, put the new one's id in tandem.yaml " +
      "wherever the old one stands, and start Tandem anew.",
  }),
  { room: "!plans:example.coop", reason: "403 M_FORBIDDEN User @tandem:example.coop not in room" },
);

export const roomReplaced = problem(
  "room-replaced",
  ({ room, replacement }: { room: string; replacement: string | null }) => ({
    happened: `The room ${room} was closed in favour of ${replacement ?? "another one, which was not named"}.`,
    means: "Nobody can speak there any more, and what Tandem sends there is lost.",
    remedy:
      "Invite me into the new room if I am not there yet. Where tandem.yaml names the old one (`defaultRoom`, " +
      "`operatorsRoom`), put the new one's id and start Tandem anew.",
  }),
  { room: "!plans:example.coop", replacement: "!newplans:example.coop" },
);

export const replyTargetUnknown = problem(
  "reply-target-unknown",
  ({ reason }: { reason: string }) => ({
    happened: `The message that this replies to cannot be read: ${reason}.`,
    means: "It may be a file that was to be put in, so nothing was copied in either direction.",
    remedy:
      "Send the file anew and reply to that. To copy a file out of the container, say the command without replying.",
  }),
  { reason: "there is no such message in this room" },
);

export const sentFileNotGiven = problem(
  "sent-file-not-given",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `The homeserver does not give the file ${file}: ${reason}.`,
    means:
      "Nothing was copied. Homeservers delete old files, and do not always get those of other homeservers.",
    remedy: "Send the file anew and reply to that.",
  }),
  { file: "logo.png", reason: "404 M_NOT_FOUND Not found" },
);

export const sentFileUnreadable = problem(
  "sent-file-unreadable",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `The file ${file} cannot be read: ${reason}.`,
    means: "Somebody may have changed it on its way, so nothing of it was kept or copied.",
    remedy: "Send it anew and reply to that. If it happens again, let an operator look at the homeserver.",
  }),
  { file: "logo.png", reason: "its SHA-256 is another one than its message says" },
);

export const sentFileTooLarge = problem(
  "sent-file-too-large",
  ({ file, mostMb }: { file: string; mostMb: number }) => ({
    happened: `The file ${file} is larger than ${mostMb} MB.`,
    means: "No more than that is taken out of a room; nothing of it was kept or copied.",
    remedy: "Send a smaller one, or let an operator put it there on the server.",
  }),
  { file: "site.tar", mostMb: 10 },
);
