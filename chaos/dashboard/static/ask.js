/* Asking the server to do something. What is wrong comes back as an error whose `problems` say where. */
import { withKey } from "./key.js";

export class Refused extends Error {
  constructor(problems) {
    super(problems.map(({ where, message }) => (where ? `${where}: ${message}` : message)).join("\n"));
    this.problems = problems;
  }
}

export async function ask(method, path, body) {
  const headers = withKey(body === undefined ? {} : { "Content-Type": "application/json" });
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused([{ where: "", message: "the server does not answer; is the command that printed its address still running?" }]);
  }
  const answer = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : {};
  if (response.ok) return answer;
  throw new Refused(answer.problems ?? [{ where: "", message: `the server answered ${response.status}` }]);
}
