/* The figures on top: how users fare right now, in words that need no explaining. */
import { OUTCOMES, element, rate, seconds, share } from "./words.js";

const OVER = 5;
const MEANS = { served: "got what they came for", degraded: "were told gracefully that it is not possible", broken: "got neither" };

export function fares(holder, store) {
  const figures = {};
  for (const outcome of OUTCOMES) {
    figures[outcome] = element("p", { className: "figure" }, "–");
    holder.append(element("div", { className: `fare ${outcome}` }, element("h3", {}, element("i", { className: outcome }), outcome), figures[outcome], element("p", { className: "small" }, MEANS[outcome])));
  }
  figures.pace = element("p", { className: "figure" }, "–");
  figures.wait = element("p", { className: "small" });
  holder.append(element("div", { className: "fare pace" }, element("h3", {}, "users"), figures.pace, figures.wait));

  store.addEventListener("update", () => {
    const now = store.fared(OVER);
    for (const outcome of OUTCOMES) figures[outcome].textContent = share(now[outcome], now.total);
    figures.pace.textContent = rate(now.per_s);
    figures.wait.textContent = now.total ? `95 of 100 wait for ${seconds(now.p95_s)} at most` : "nobody comes";
  });
}
