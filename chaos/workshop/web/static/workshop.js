/* The page as a whole: it fetches what belongs here, keeps what is being written, and follows what runs. */
import { ask } from "./ask.js";
import { edit } from "./editor.js";
import { follow } from "./feed.js";
import { Game, isScene } from "./game.js";
import { join } from "./join.js";
import { takeKey } from "./key.js";

const at = (id) => document.getElementById(id);
const main = at("main"), path = location.pathname, number = path.match(/^\/lesson\/(\d+)$/)?.[1];
let editors = [], running = false, playing = false, ended = null, game = null;

const trouble = (what) => {
  at("trouble").hidden = !what;
  at("trouble").textContent = what ?? "";
};
const say = (what) => { at("said").textContent = what; };

/* What did not change stays as it is: a field that somebody writes in is never taken away from them. */
async function load() {
  const { title, html } = await ask("GET", `/api/page${path}`);
  document.title = `${title} · Gatecrash workshop`;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const focused = document.activeElement?.dataset?.do;
  if (!main.children.length || path === "/board") main.replaceChildren(fresh.content);
  else {
    const known = new Map([...main.children].filter((each) => each.id).map((each) => [each.id, each]));
    main.replaceChildren(...[...fresh.content.children].map((each) => {
      const old = known.get(each.id);
      return old && (old.isEqualNode(each) || each.id === "game" || (each.id === "edit" && editors.some((one) => one.isChanged))) ? old : each;
    }));
  }
  if (focused) main.querySelector(`[data-do="${focused}"]`)?.focus();
  editors = [...main.querySelectorAll(".file")].map((file) => editors.find((each) => each.file === file) ?? edit(file, () => attempt(save)));
  buttons();
}

const buttons = () => {
  for (const button of main.querySelectorAll('[data-do="run"], [data-do="check"], [data-do="reset"]')) button.disabled = running;
  for (const each of main.querySelectorAll("[data-game]")) each.hidden = !playing;
};

async function save() {
  for (const editor of editors.filter((each) => each.isChanged)) {
    const asked = editor.asked;
    editor.saved(asked.text, await ask("PUT", "/api/file", asked));
  }
  say("Saved.");
}

async function reset() {
  at("sure").showModal();
  await new Promise((closed) => at("sure").addEventListener("close", closed, { once: true }));
  if (at("sure").returnValue !== "yes") return;
  await ask("POST", `/api/lessons/${number}/reset`);
  editors = [];
  main.querySelector("#edit")?.remove();
  await load();
  say("The files are as they were.");
}

const act = (what) => async () => {
  await save();
  const seed = main.querySelector("[data-seed]")?.value.trim();
  await ask("POST", `/api/lessons/${number}/act`, { act: what, ...(seed && what === "run" ? { seed: Number(seed) } : {}) });
};

const DOES = {
  run: act("run"),
  check: act("check"),
  save,
  reset,
  hint: async () => { await ask("POST", `/api/lessons/${number}/hint`); await load(); },
};

async function attempt(what) {
  trouble("");
  try {
    await what();
  } catch (refused) {
    trouble(refused.message);
  }
}

main.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.do in DOES) attempt(DOES[button.dataset.do]);
  if (button?.dataset.say) attempt(() => ask("POST", "/api/say", { line: button.dataset.say }));
});
main.addEventListener("submit", (event) => {
  event.preventDefault();
  const choice = new FormData(event.target).get("choice");
  attempt(async () => {
    await ask("POST", `/api/lessons/${number}/prediction`, { choice: Number(choice) });
    await load();
    main.querySelector('[data-do="run"]')?.focus();
    say("Sealed.");
  });
});
at("hide").addEventListener("click", () => {
  hidden = shown;
  at("output").hidden = true;
  main.querySelector('[data-do="run"]')?.focus();
});
at("stop").addEventListener("click", () => attempt(() => ask("POST", "/api/stop")));
addEventListener("beforeunload", (event) => { if (editors.some((each) => each.isChanged)) event.preventDefault(); });

const on = {
  state(state) {
    if (typeof state === "string") return connection(state);
    running = state.running;
    playing = running && state.act === "run" && String(state.lesson) === number;
    at("output").hidden = !state.job || (hidden === state.job && !running) || (!running && String(state.lesson) !== number);
    at("stop").hidden = !running;
    at("hide").hidden = running;
    at("running").textContent = running
      ? (state.position ? `lesson ${state.lesson} waits in line: ${state.position}.` : `${state.act === "check" ? "proving" : "running"} lesson ${state.lesson} …`)
      : state.job ? (state.stopped ? "stopped; everything is undone" : `ended with exit code ${state.code}`) : "";
    if (!running && state.job && ended !== state.job) {
      if (ended !== null) say(state.stopped ? "Stopped." : "It has ended.");
      attempt(load);
    }
    ended = running ? 0 : state.job;
    if (!running) game?.end();
    if (shown !== state.job) at("lines").textContent = "";
    shown = state.job;
    buttons();
  },
  lines(all) {
    show(all.filter(isScene));
    const lines = all.filter((line) => !isScene(line));
    if (!lines.length) return;
    const box = at("lines"), below = box.scrollTop + box.clientHeight >= box.scrollHeight - 8;
    box.append(`${lines.join("\n")}\n`);
    if (below) box.scrollTop = box.scrollHeight;
  },
};
let shown = 0, hidden = 0;

/* On the page of the lesson that has a place for it. */
function show(scenes) {
  if (!scenes.length || !at("game")) return;
  if (!game) {
    game = new Game(at("game"));
    if (playing) game.show();
  }
  game.take(scenes);
  if (!running) game.end();
}

const STATES = {
  live: "",
  lost: "The server does not answer. This page waits for it; what you wrote here is still here.",
  locked: "This page needs its key: open the address that the command has printed in the terminal, or join again.",
};
function connection(word) {
  at("connection").hidden = !STATES[word];
  at("connection").textContent = STATES[word];
  document.body.dataset.state = word;
}

addEventListener("hashchange", () => takeKey() && location.reload());
takeKey();
at("all").hidden = path === "/join" || path === "/board";
if (path === "/join") join(main);
else if (path === "/board") {
  attempt(load);
  setInterval(() => document.hidden || attempt(load), 3000);
} else {
  attempt(load).then(() => follow("/api/feed", on));
}
