/* Who comes: a switch for the users of each journey, and how these fare. */
import { ask } from "./ask.js";
import { OUTCOMES, element, rate, share } from "./words.js";

const OVER = 5;

export function users(holder, store) {
  const rows = new Map();
  store.addEventListener("system", () => {
    rows.clear();
    for (const journey of store.system.journeys) rows.set(journey.name, row(journey));
    holder.replaceChildren(...[...rows.values()].map((each) => each.item));
  });
  store.addEventListener("update", () => {
    for (const [name, { toggle, figure, bar }] of rows) {
      const now = store.fared(OVER, name);
      toggle.setAttribute("aria-checked", String(Boolean(store.users[name])));
      figure.textContent = now.total ? `${rate(now.per_s)} · ${share(now.served, now.total)} served` : store.users[name] ? "coming" : "nobody";
      bar.setAttribute("aria-label", OUTCOMES.map((outcome) => `${share(now[outcome], now.total)} ${outcome}`).join(", "));
      for (const [index, outcome] of OUTCOMES.entries()) bar.children[index].style.width = `${(now[outcome] / (now.total || 1)) * 100}%`;
    }
  });

  function row(journey) {
    const toggle = element("button", { className: "switch calm", type: "button", role: "switch", "aria-checked": "false", "aria-label": `Users of ${journey.name} come` });
    const figure = element("span", { className: "small number" });
    const bar = element("div", { className: "shares", role: "img" }, ...OUTCOMES.map((outcome) => element("span", { className: outcome })));
    toggle.addEventListener("click", async () => {
      toggle.setAttribute("aria-busy", "true");
      try {
        await ask("PUT", `/api/users/${encodeURIComponent(journey.name)}`, { coming: toggle.getAttribute("aria-checked") !== "true" });
      } catch (refused) {
        figure.textContent = refused.message;
      } finally {
        toggle.removeAttribute("aria-busy");
      }
    });
    const item = element("li", {}, toggle, element("span", { className: "name" }, journey.name), figure, bar);
    return { item, toggle, figure, bar };
  }
}
