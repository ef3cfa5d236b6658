import { Problem } from "../../core/problem.ts";
import { homeserverUnreachable, tokenRefused } from "../../core/problems/chat.ts";
import { sha256 } from "../../core/canonical.ts";
import { MatrixId } from "../../core/terms.ts";
import type { Secret } from "../../core/secret.ts";
import type { Api } from "./api.ts";
import { failureOf } from "./failure.ts";
import { isRecord } from "./raw-event.ts";
import type { ChatState } from "./state.ts";
import { syncTokenKey } from "./take-in.ts";

export interface Account {
  userId: MatrixId;
  deviceId: string;
}

const key = "matrix/account";

/**
 * Whose token this is: asked once per token and remembered, so that later starts need no homeserver. A token of
 * another account begins from the start. Problems: homeserver-unreachable, token-refused.
 */
export async function whoAmI(api: Api, accessToken: Secret, state: ChatState): Promise<Account> {
  const token = sha256(accessToken.reveal());
  const known = state.get(key);
  if (isRecord(known) && known["token"] === token) return known as unknown as Account;
  const account = await ask(api);
  if (isRecord(known) && known["userId"] !== account.userId) state.remove(syncTokenKey);
  state.set(key, { ...account, token });
  return account;
}

async function ask(api: Api): Promise<Account> {
  const { homeserver } = api;
  try {
    const answer = await api.call<Record<string, unknown>>("GET", "/_matrix/client/v3/account/whoami", {
      timeoutMs: 15_000,
    });
    const userId = MatrixId.safeParse(answer["user_id"]);
    const deviceId = answer["device_id"];
    if (!userId.success || typeof deviceId !== "string")
      throw homeserverUnreachable({ homeserver, reason: "its answer names no user and device" });
    return { userId: userId.data, deviceId };
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    const failure = failureOf(thrown);
    if (failure.kind === "token") throw tokenRefused({ homeserver }, thrown);
    throw homeserverUnreachable({ homeserver, reason: failure.words }, thrown);
  }
}
