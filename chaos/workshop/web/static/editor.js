/* A text with line numbers. Tab and Enter do what they do in an editor; Escape gives Tab back to the keyboard's user. */
export function edit(file, save) {
  const field = file.querySelector("textarea"), numbers = file.querySelector(".numbers");
  let saved = field.value, leaving = false;

  const draw = () => {
    numbers.textContent = Array.from(field.value.split("\n"), (_, index) => index + 1).join("\n");
    numbers.scrollTop = field.scrollTop;
  };
  const changed = () => {
    draw();
    file.querySelector("[data-state]").textContent = field.value === saved ? "" : "not saved yet";
  };
  const insert = (text) => {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    changed();
  };

  field.addEventListener("input", changed);
  field.addEventListener("scroll", () => { numbers.scrollTop = field.scrollTop; });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaving = true;
    else if (event.key === "Tab" && !leaving && !event.shiftKey) {
      event.preventDefault();
      insert(file.dataset.name.endsWith(".py") ? "    " : "  ");
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const line = field.value.slice(0, field.selectionStart).split("\n").at(-1);
      insert(`\n${line.match(/^ */)[0]}${/[:{[(]$/.test(line) ? (file.dataset.name.endsWith(".py") ? "    " : "  ") : ""}`);
    } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    } else if (event.key.length === 1) leaving = false;
  });
  field.addEventListener("blur", () => { leaving = false; });
  draw();

  return {
    file,
    get isChanged() { return field.value !== saved; },
    get asked() { return { name: file.dataset.name, text: field.value, over: file.dataset.over }; },
    saved(text, { fingerprint, diff }) {
      saved = text;
      file.dataset.over = fingerprint;
      file.querySelector("[data-diff]").textContent = diff;
      file.querySelector("details").hidden = !diff;
      changed();
    },
  };
}
