/* What was done, the newest first: each trial with its faults, and the way to an experiment that does the same again. */
import { element, seconds, spoken, time } from "./words.js";

const ENDED = { over: "ended by itself", "by hand": "undone by hand", "nobody looks": "undone: the last page was closed" };

export function timeline(holder, store, save) {
  const items = new Map();
  store.addEventListener("system", () => {
    items.clear();
    holder.replaceChildren(element("li", { className: "empty" }, "Nothing yet. Switch a fault on: it ends by itself, and you can watch what becomes of your users meanwhile."));
  });
  store.addEventListener("update", () => {
    for (const trial of store.trials.values()) {
      const told = JSON.stringify(trial), known = items.get(trial.number);
      if (known?.told === told) continue;
      const item = show(trial);
      if (known) known.item.replaceWith(item);
      else {
        holder.querySelector(":scope > .empty")?.remove();
        holder.prepend(item);
      }
      items.set(trial.number, { item, told });
    }
  });

  function show(trial) {
    const button = trial.over ? element("button", { className: "button quiet", type: "button" }, "Save as experiment", element("span", { className: "heard" }, ` trial ${trial.number}`)) : null;
    button?.addEventListener("click", () => save(trial, button));
    return element("li", { className: trial.over ? "" : "on" },
      element("div", { className: "trial" }, element("h3", {}, `Trial ${trial.number} · `, element("span", { className: "number" }, time(store.date(trial.faults[0].injected_s)))), button),
      element("ul", {}, ...trial.faults.map(line)));
  }

  function line(fault) {
    const settings = Object.entries(fault.settings).map(([name, value]) => `${spoken(name)} ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ");
    const how = fault.undone_s === null ? "on now" : `${seconds(fault.undone_s - fault.injected_s)}, ${ENDED[fault.ended]}`;
    return element("li", {}, element("b", {}, `${spoken(fault.kind)} on ${fault.on}`), settings ? ` (${settings})` : "", element("span", { className: "small" }, ` · ${how}${fault.met ? ` · met: ${fault.met}` : ""}`));
  }
}

