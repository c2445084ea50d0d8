/* Coming to a workshop that somebody else holds. */
import { Refused } from "./ask.js";
import { element } from "./words.js";

export function join(main) {
  const name = element("input", { name: "name", required: true, maxLength: 40, autocomplete: "nickname" });
  const token = element("input", { name: "token", required: true, autocomplete: "off" });
  const wrong = element("p", { className: "error", role: "alert" });
  const form = element("form", { className: "join card" },
    element("h1", {}, "Join the workshop"),
    element("label", {}, "Your name, as the others shall see it", name),
    element("label", {}, "The word that the facilitator gave you", token),
    wrong,
    element("button", { className: "button main", type: "submit" }, "Join"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    try {
      const response = await fetch("/join", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: name.value, token: token.value }) });
      const answer = await response.json();
      if (!response.ok) throw new Refused(answer.problems);
      location.href = `/#key=${answer.key}`;
    } catch (refused) {
      wrong.textContent = refused.message;
    }
  });
  main.replaceChildren(form);
  document.title = "Join · Gatecrash workshop";
  name.focus();
}
