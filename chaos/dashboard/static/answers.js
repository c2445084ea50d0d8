/* Every kind of answer that did not serve somebody. */
import { element, many, time } from "./words.js";

const MOST = 20;

export function answers(holder, store) {
  const items = new Map();
  store.addEventListener("system", () => {
    items.clear();
    holder.replaceChildren(element("li", { className: "empty" }, "Everybody got what they came for."));
  });
  store.addEventListener("update", () => {
    const newest = [...store.answers.values()].sort((one, other) => other.last_s - one.last_s).slice(0, MOST);
    if (!newest.length) return;
    for (const each of newest) {
      const item = items.get(each.id) ?? show(each);
      items.set(each.id, item);
      item.count.textContent = `${many(each.times, "time")}, last at ${time(store.date(each.last_s))}`;
    }
    const wanted = newest.map((each) => items.get(each.id).node);
    if (wanted.length !== holder.children.length || wanted.some((node, index) => holder.children[index] !== node)) holder.replaceChildren(...wanted);
  });

  function show({ outcome, journey, status, says, rules }) {
    const count = element("span", { className: "small number" });
    const broke = Object.entries(rules).map(([rule, name]) => element("span", { className: "rule", title: name }, rule));
    const node = element("li", { className: outcome },
      element("p", {}, element("span", { className: `word ${outcome}` }, element("i", { className: outcome }), outcome), element("span", { className: "small" }, ` · ${journey}${status === null ? "" : ` · ${status}`} · `), count),
      element("p", { className: "says" }, says),
      broke.length ? element("p", { className: "small" }, "Breaks ", ...broke, Object.values(rules).join(" · ")) : null);
    return { node, count };
  }
}
