/* The page as a whole: its parts know the store and nothing of each other; what one asks of another goes through here. */
import { answers } from "./answers.js";
import { ask } from "./ask.js";
import { Charts } from "./charts.js";
import { fares } from "./fares.js";
import { Faults } from "./faults.js";
import { follow } from "./feed.js";
import { takeKey } from "./key.js";
import { SystemMap } from "./map.js";
import { saving } from "./saving.js";
import { sees } from "./sees.js";
import { Store } from "./store.js";
import { timeline } from "./timeline.js";
import { users } from "./users.js";
import { element, share, spoken } from "./words.js";

const at = (id) => document.getElementById(id);
const store = new Store();
takeKey();

fares(at("fares"), store);
const map = new SystemMap(at("map"), store, "break it");
const charts = new Charts(at("charts"), store);
const faults = new Faults(at("break"), store);
sees(at("sees"), store);
users(at("users"), store);
timeline(at("timeline"), store, saving(at("saving")));
answers(at("answers"), store);

map.addEventListener("choose", ({ detail }) => faults.choose(detail.place, detail.on, { focus: true }));
faults.addEventListener("choose", ({ detail }) => map.choose(detail.place, detail.on));
at("journey").addEventListener("change", (event) => charts.show({ journey: event.target.value || null }));
at("window").addEventListener("change", (event) => charts.show({ length: Number(event.target.value) }));

const undoAll = () => ask("POST", "/api/reset").catch((refused) => trouble(refused.message));
at("undo-all").addEventListener("click", undoAll);
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, dialog");
  if (event.key.toLowerCase() !== "u" || typing || event.ctrlKey || event.metaKey || event.altKey || at("undo-all").disabled) return;
  undoAll();
});

store.addEventListener("system", () => {
  const { name, variant, journeys } = store.system;
  document.title = `${name} · Gatecrash`;
  at("system").textContent = name;
  at("variant").textContent = variant ?? "";
  at("variant").hidden = variant === null;
  at("journey").replaceChildren(element("option", { value: "" }, "all of them"), ...journeys.map((journey) => element("option", { value: journey.name }, journey.name)));
  charts.show({ journey: null });
});

let before = new Map();
store.addEventListener("update", () => {
  const { on } = store, state = at("state");
  const said = on.length ? `Broken on purpose: ${on.map((fault) => `${spoken(fault.kind)} on ${fault.on}`).join(", ")}` : "Nothing is broken on purpose";
  if (state.textContent !== said) state.textContent = said;
  state.className = on.length ? "state hit" : "state well";
  document.querySelector(".top").classList.toggle("hit", on.length > 0);
  at("undo-all").disabled = !on.length;
  trouble(store.trouble);
  tellChanges(new Map(on.map((fault) => [fault.name, fault])));
});

/* For those who hear the page: faults as they come and go, and how users fared by then. */
function tellChanges(now) {
  const came = [...now.values()].filter((fault) => !before.has(fault.name)), went = [...before.values()].filter((fault) => !now.has(fault.name));
  if (came.length) at("said").textContent = came.map((fault) => `${spoken(fault.kind)} on ${fault.on} is on.`).join(" ");
  if (went.length) {
    const fared = store.fared(5);
    at("said").textContent = `${went.map((fault) => `${spoken(fault.kind)} on ${fault.on} is over.`).join(" ")} In the last five seconds, ${share(fared.served, fared.total)} of users were served.`;
  }
  before = now;
}

function trouble(what) {
  at("trouble").hidden = !what;
  at("mend").hidden = !store.fallen.length;
  if (at("trouble-said").textContent !== what) at("trouble-said").textContent = what;
}
at("mend").addEventListener("click", () => ask("POST", "/api/mend").catch((refused) => trouble(refused.message)));

const STATES = {
  live: "",
  lost: "The server does not answer. This page waits for it; as soon as it is back, so is everything here.",
  locked: "This page needs its key: open the address that `gatecrash watch` has printed in the terminal.",
};
function state(word) {
  at("connection").hidden = !STATES[word];
  at("connection").textContent = STATES[word];
  document.body.dataset.state = word;
}

addEventListener("hashchange", () => takeKey() && location.reload());
follow("/api/feed", { state, system: (system) => store.begin(system), update: (update) => store.take(update) });
