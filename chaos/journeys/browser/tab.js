// Where the focus is after a press of Tab: "again" once it has been everywhere, the name of a link or button, or "".
() => {
  const active = document.activeElement;
  if (!active || active === document.body || active === document.documentElement) return {name: "", outside: true};
  window.gatecrashFocused = window.gatecrashFocused || new Set();
  if (window.gatecrashFocused.has(active)) return {again: true};
  window.gatecrashFocused.add(active);
  const acts = active.matches("a[href], button, [role=button], [role=link], summary, input[type=submit], input[type=button]");
  const name = active.getAttribute("aria-label") || (active.tagName === "INPUT" ? active.value : active.innerText)
    || active.querySelector("img[alt]")?.alt || active.title || "";
  return {name: acts ? name.replace(/\s+/g, " ").trim() : "", outside: false};
}
