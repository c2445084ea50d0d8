/* From a trial to an experiment that does the same again and claims something. */
import { Refused, ask } from "./ask.js";
import { element } from "./words.js";

export function saving(dialog) {
  let back = null;
  dialog.addEventListener("close", () => back?.focus());

  return async (trial, opener) => {
    back = opener;
    const path = `/api/trials/${trial.number}/experiment`;
    const name = element("input", { required: true, maxLength: 120, autocomplete: "off" });
    const text = element("pre", { tabIndex: 0, "aria-label": "The experiment file" }), error = element("p", { className: "error", role: "alert" }), where = element("p", { className: "small" });
    const save = element("button", { className: "button main", type: "submit" }, "Save");
    const copy = element("button", { className: "button", type: "button" }, "Copy");
    const close = element("button", { className: "button", type: "button" }, "Close");
    const form = element("form", { className: "saving-form", method: "dialog" },
      element("h2", { id: "saving-title" }, "Save as experiment"),
      element("p", { className: "small" }, "It does the same again, and claims that nobody is let down meanwhile. Change the claims to what you promise your users."),
      element("label", {}, "What it is called", name), text, where, error, element("div", { className: "buttons" }, close, copy, save));
    const say = (refused) => { error.textContent = refused instanceof Refused ? refused.message : String(refused); };
    const draft = async () => {
      error.textContent = "";
      const found = await ask("GET", `${path}?name=${encodeURIComponent(name.value)}`);
      if (!name.value) name.value = found.name;
      text.textContent = found.text;
      where.textContent = `It will be saved as ${found.file}`;
    };
    name.addEventListener("change", () => draft().catch(say));
    close.addEventListener("click", () => dialog.close());
    copy.addEventListener("click", () => navigator.clipboard.writeText(text.textContent).then(() => { copy.textContent = "Copied"; }, say));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await draft();
        const saved = await ask("POST", path, { name: name.value });
        where.textContent = "";
        text.textContent = `Saved as ${saved.file}. To run it:\n\n    ${saved.command}`;
        save.remove();
        close.focus();
      } catch (refused) {
        say(refused);
      }
    });
    dialog.replaceChildren(form);
    dialog.showModal();
    await draft().catch(say);
    name.select();
  };
}
