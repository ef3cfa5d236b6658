import { createHmac } from "node:crypto";
import { registrationSecret } from "./config.ts";

export interface TestUser {
  /** The part before the colon. */
  name: string;
  userId: string;
  deviceId: string;
  accessToken: string;
}

export const testPassword = "pw";

/** One request to the client API; rejects with what the server said. */
export async function call<T = Record<string, unknown>>(
  url: string,
  method: string,
  endpoint: string,
  { token, body }: { token?: string; body?: object } = {},
): Promise<T> {
  const response = await fetch(url + endpoint, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${method} ${endpoint}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Registers with the shared secret (Synapse admin API, "Shared-Secret Registration"). Answers the name. */
export async function register(url: string, name: string): Promise<string> {
  const endpoint = "/_synapse/admin/v1/register";
  const { nonce } = await call<{ nonce: string }>(url, "GET", endpoint);
  const mac = createHmac("sha1", registrationSecret)
    .update(`${nonce}\0${name}\0${testPassword}\0notadmin`)
    .digest("hex");
  await call(url, "POST", endpoint, {
    body: { nonce, username: name, password: testPassword, admin: false, mac },
  });
  return name;
}

export async function loginOf(url: string, name: string, deviceId?: string): Promise<TestUser> {
  const answer = await call<{ user_id: string; device_id: string; access_token: string }>(
    url,
    "POST",
    "/_matrix/client/v3/login",
    {
      body: {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: name },
        password: testPassword,
        ...(deviceId !== undefined && { device_id: deviceId }),
      },
    },
  );
  const { user_id: userId, device_id: device, access_token: accessToken } = answer;
  return { name, userId, deviceId: device, accessToken };
}
