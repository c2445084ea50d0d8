/* Server-sent events, read with fetch: EventSource can't send the key. It comes back by itself, and says where it was. */
import { withKey } from "./key.js";

const FIRST_PAUSE = 300, LONGEST_PAUSE = 4000, SILENCE = 8000;

/* `on` has a function for each kind of event, and `state(word, reason)`: "live", "lost", or "locked". */
export async function follow(path, on) {
  let last = "", pause = FIRST_PAUSE;
  for (;;) {
    try {
      const stop = new AbortController();
      let timer = setTimeout(() => stop.abort(), SILENCE);
      const response = await fetch(path, { headers: withKey({ Accept: "text/event-stream", "Last-Event-ID": last }), cache: "no-store", signal: stop.signal });
      if (response.status === 401 || response.status === 403) {
        on.state("locked");
        clearTimeout(timer);
        await new Promise((done) => setTimeout(done, LONGEST_PAUSE));
        continue;
      }
      if (!response.ok) throw new Error(`${response.status}`);
      pause = FIRST_PAUSE;
      on.state("live");
      for await (const event of events(response.body, () => { clearTimeout(timer); timer = setTimeout(() => stop.abort(), SILENCE); })) {
        if (event.id) last = event.id;
        on[event.name]?.(JSON.parse(event.data));
      }
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
    }
    on.state("lost");
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

async function* events(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    text += value;
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const event = { name: "message", data: "", id: "" };
      for (const line of text.slice(0, end).split("\n")) {
        if (line.startsWith("event: ")) event.name = line.slice(7);
        else if (line.startsWith("data: ")) event.data += line.slice(6);
        else if (line.startsWith("id: ")) event.id = line.slice(4);
      }
      text = text.slice(end + 2);
      if (event.data) yield event;
    }
  }
}
