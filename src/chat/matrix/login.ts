import { Secret } from "../../core/secret.ts";
import { homeserverUnreachable, loginRefused } from "../../core/problems/chat.ts";
import { failureOf } from "./failure.ts";

export interface LoggedIn {
  userId: string;
  deviceId: string;
  accessToken: Secret;
}

/**
 * Logs the bot in with its password, once; the token is then kept. `deviceId` stays the same for ever, because the
 * homeserver knows a repeated message only from the same device. Fails with a problem when the server refuses
 * (also where passwords are switched off) or does not answer.
 */
export async function login(
  homeserver: string,
  user: string,
  password: Secret,
  deviceId = "TANDEM",
): Promise<LoggedIn> {
  let response: Response;
  let answer: Record<string, unknown>;
  try {
    response = await fetch(new URL("/_matrix/client/v3/login", homeserver), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        type: "m.login.password",
        identifier: { type: "m.id.user", user },
        password: password.reveal(),
        device_id: deviceId,
        initial_device_display_name: "Tandem",
      }),
      signal: AbortSignal.timeout(30_000),
    });
    answer = (await response.json()) as Record<string, unknown>;
  } catch (thrown) {
    throw homeserverUnreachable({ homeserver, reason: failureOf(thrown).words }, thrown);
  }
  const { user_id: userId, device_id: device, access_token: token, error } = answer;
  if (typeof userId !== "string" || typeof device !== "string" || typeof token !== "string")
    throw loginRefused({
      user,
      homeserver,
      reason: typeof error === "string" ? error : `status ${response.status}`,
    });
  return { userId, deviceId: device, accessToken: new Secret(token) };
}
