/* The page that a user gets now, in a frame in which it can do nothing. It is changed when the page has changed. */
import { element, seconds } from "./words.js";

const WIDTH = 390, LONGEST = 2500;

export function sees(holder, store) {
  let chosen = null, shown = null, coming = null, wanted = null;
  const choice = element("select", { "aria-label": "Whose screen" });
  const nothing = element("div", { className: "nothing", hidden: true });
  const view = element("div", { className: "view" }, nothing);
  const address = element("span", {});
  const bar = element("div", { className: "bar" }, element("span", { className: "lights", "aria-hidden": "true" }, "● ● ●"), address);
  const word = element("span", {}), facts = element("span", { className: "small number" });
  const sight = element("p", { className: "sight" }, word, facts);
  const says = element("p", { className: "heard", role: "status" });
  const none = element("p", { className: "empty" }, "No journey of this system is a page that anybody could look at without leaving a trace.");
  holder.append(element("div", { className: "sees-choice" }, element("label", {}, "Whose screen? ", choice)), element("div", { className: "screen" }, bar, view), sight, says);

  const fit = () => {
    const scale = view.clientWidth / WIDTH;
    for (const each of view.querySelectorAll("iframe")) {
      each.style.transform = `scale(${scale})`;
      each.style.height = `${view.clientHeight / scale}px`;
    }
  };
  new ResizeObserver(fit).observe(view);
  choice.addEventListener("change", () => { chosen = choice.value; tell(); });

  store.addEventListener("system", () => {
    const pages = store.system.journeys.filter((journey) => journey.is_page);
    chosen = pages[0]?.name ?? null;
    shown = null;
    choice.replaceChildren(...pages.map(({ name, users }) => element("option", { value: name }, `${name}${users.length ? ` (${users.join(", ")})` : ""}`)));
    if (chosen === null) holder.replaceChildren(none);
  });
  store.addEventListener("update", tell);

  /* The new page takes the old one's place when it is there, so that nothing flickers; or as far as it is there, when
     its pictures are long in coming. Those that come faster than they can be shown are left out. */
  function change(page) {
    wanted = page;
    if (coming) return;
    const next = coming = element("iframe", { className: "coming", title: "The page as this user sees it now", sandbox: "", referrerPolicy: "no-referrer", inert: true, tabIndex: -1, src: page });
    const take = () => {
      if (coming !== next) return;
      coming = null;
      next.classList.remove("coming");
      for (const old of view.querySelectorAll("iframe")) if (old !== next) old.remove();
      if (wanted !== page) change(wanted);
    };
    next.addEventListener("load", take);
    setTimeout(take, LONGEST);
    view.append(next);
    fit();
  }

  function tell() {
    const seen = store.sights.get(chosen);
    if (!seen) return;
    word.replaceChildren(element("span", { className: `word ${seen.outcome}` }, element("i", { className: seen.outcome }), seen.outcome));
    facts.textContent = `${seen.status === null ? "no answer" : `status ${seen.status}`} in ${seconds(seen.took_s)}`;
    address.textContent = chosen;
    nothing.hidden = seen.page !== null;
    view.classList.toggle("blank", seen.page === null);
    if (seen.page === null) nothing.replaceChildren(element("b", {}, "Nothing to see"), element("span", {}, seen.says));
    if (seen.page !== null && seen.page !== shown) change(seen.page);
    if (seen.page !== shown) says.textContent = `${chosen} sees: ${seen.says}`;
    shown = seen.page;
  }
}
