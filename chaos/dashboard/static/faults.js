/* A switch for every fault at the chosen place. It goes on with the settings that stand there, and off by itself. */
import { Refused, ask } from "./ask.js";
import { element, spoken } from "./words.js";

const LASTS = [["5s", "5 seconds"], ["10s", "10 seconds"], ["30s", "30 seconds"], ["1min", "1 minute"], ["5min", "5 minutes"], ["10min", "10 minutes"]];
const PLACES = [["link", "Links: what services say to each other"], ["service", "Services: the processes themselves"], ["journey", "Users: how many come"]];
const FIRST = 6;

export class Faults extends EventTarget {
  #holder; #store; #place = null; #lasts; #list; #title; #chips = new Map(); #rows = new Map(); #typed = new Map();

  constructor(holder, store) {
    super();
    this.#holder = holder;
    this.#store = store;
    store.addEventListener("system", () => this.#begin());
    store.addEventListener("update", () => this.#tell());
    setInterval(() => this.#tell(), 200);
  }

  /* From elsewhere on the page, such as the map: `focus` moves there as well. */
  choose(place, on, { focus = false } = {}) {
    const chip = this.#chips.get(`${place}/${on}`);
    if (!chip) return;
    chip.querySelector("input").checked = true;
    this.#select(place, on);
    if (focus) {
      this.#title.focus({ preventScroll: true });
      this.#title.scrollIntoView({ block: "nearest" });
    }
  }

  #begin() {
    const { system } = this.#store;
    const names = {
      link: [...new Set(system.wires.map((wire) => wire.link))],
      service: system.nodes.filter((node) => node.touchable).map((node) => node.service),
      journey: system.journeys.filter((journey) => journey.rate_per_s !== null).map((journey) => journey.name),
    };
    this.#chips.clear();
    const groups = PLACES.filter(([place]) => names[place].length && system.offers.some((offer) => offer.place === place)).map(([place, legend]) =>
      element("fieldset", {}, element("legend", {}, legend), element("div", { className: "chips" }, ...names[place].map((on) => this.#chip(place, on)))));
    this.#lasts = element("select", {}, ...LASTS.map(([value, text]) => element("option", { value, selected: value === "10s" }, text)));
    this.#title = element("h3", { tabIndex: -1 });
    this.#list = element("div", {});
    const parts = [element("div", { className: "places" }, ...groups), element("div", { className: "lasting" }, this.#title, element("label", {}, "It lasts ", this.#lasts)), this.#list];
    this.#holder.replaceChildren(this.#holder.querySelector("header"), ...parts);
    const behind = names.link.find((link) => system.wires.some((wire) => wire.link === link && wire.source !== null)) ?? names.link[0];
    this.choose("link", behind);
  }

  #chip(place, on) {
    const input = element("input", { type: "radio", name: "place" });
    input.addEventListener("change", () => this.#select(place, on));
    const chip = element("label", { className: "chip" }, input, element("span", {}, on));
    this.#chips.set(`${place}/${on}`, chip);
    return chip;
  }

  #select(place, on) {
    this.#place = { place, on };
    this.#title.textContent = place === "journey" ? `The users of ${on}` : `The ${place} ${on}`;
    this.#rows.clear();
    const rows = this.#store.system.offers.filter((offer) => offer.place === place).map((offer) => this.#row(offer, on));
    const more = rows.length > FIRST + 1 ? element("details", { className: "more" }, element("summary", {}, `${rows.length - FIRST} more ways to break it`), element("ul", {}, ...rows.splice(FIRST))) : null;
    this.#list.replaceChildren(element("ul", {}, ...rows), ...(more ? [more] : []));
    this.#tell();
    this.dispatchEvent(new CustomEvent("choose", { detail: { place, on } }));
  }

  #row(offer, on) {
    const id = `fault-${offer.kind}`;
    const toggle = element("button", { className: "switch", type: "button", role: "switch", "aria-checked": "false", "aria-labelledby": `${id}-name`, "aria-describedby": `${id}-summary` });
    const left = element("p", { className: "left", hidden: true }), fill = element("span", {}), meter = element("div", { className: "meter", hidden: true }, fill);
    const error = element("p", { className: "error", role: "alert" });
    const fields = this.#fields(offer, on, id);
    const settings = fields.length ? element("details", {}, element("summary", {}, "Settings", element("span", { className: "heard" }, ` of ${spoken(offer.kind)}`)), element("div", { className: "settings" }, ...fields.map(({ field }) => field))) : null;
    const row = element("li", { className: "fault" },
      element("div", { className: "head" }, toggle, element("div", {},
        element("h4", { id: `${id}-name` }, spoken(offer.kind)),
        element("p", { className: "small", id: `${id}-summary` }, ...marked(offer.summary)), left, meter, settings, error)));
    toggle.addEventListener("click", () => this.#toggle({ offer, on, toggle, fields, error, settings }));
    this.#rows.set(offer.kind, { row, toggle, left, meter, fill });
    return row;
  }

  /* What was typed stays there while the page is open. */
  #fields(offer, on, id) {
    const share = offer.takes_share ? [{ name: "share", kind: "share", value: "", example: "100%", choices: [], required: false, description: `of ${offer.share_of} that it happens to; without it, all` }] : [];
    return [...offer.settings, ...share].map((setting) => {
      const key = `${offer.place}/${on}/${offer.kind}/${setting.name}`, value = this.#typed.get(key) ?? setting.value;
      const properties = { id: `${id}-${setting.name}`, "aria-describedby": `${id}-${setting.name}-hint` };
      const input = setting.choices.length
        ? element("select", properties, ...setting.choices.map((choice) => element("option", { selected: choice === value }, choice)))
        : element("input", { ...properties, value, placeholder: setting.example, required: setting.required, autocomplete: "off", spellcheck: false });
      input.addEventListener("input", () => {
        this.#typed.set(key, input.value);
        input.removeAttribute("aria-invalid");
      });
      const hint = element("p", { className: "small", id: `${id}-${setting.name}-hint` }, ...marked(setting.description));
      const field = element("div", { className: "setting" }, element("label", { htmlFor: input.id }, spoken(setting.name)), input, hint);
      return { ...setting, input, field };
    });
  }

  async #toggle({ offer, on, toggle, fields, error, settings }) {
    const known = this.#on(offer.kind, on);
    error.textContent = "";
    for (const field of fields) field.input.removeAttribute("aria-invalid");
    toggle.setAttribute("aria-busy", "true");
    try {
      if (known) await ask("DELETE", `/api/faults/${encodeURIComponent(known.name)}`);
      else await ask("POST", "/api/faults", this.#form(offer, on, fields));
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      error.textContent = refused.message;
      const wrong = fields.filter((field) => refused.problems.some(({ where }) => where === field.name || where === `${offer.kind}.${field.name}` || where.startsWith(`${offer.kind}.${field.name}.`)));
      for (const field of wrong) field.input.setAttribute("aria-invalid", "true");
      if (wrong.length) {
        settings.open = true;
        wrong[0].input.focus();
      }
    } finally {
      toggle.removeAttribute("aria-busy");
      this.#tell();
    }
  }

  #form(offer, on, fields) {
    const form = { place: offer.place, on, kind: offer.kind, for: this.#lasts.value, share: "", texts: {}, yaml: {} };
    for (const { name, kind, input } of fields) {
      if (kind === "share") form.share = input.value;
      else form[kind === "yaml" ? "yaml" : "texts"][name] = input.value;
    }
    return form;
  }

  #on(kind, on) {
    return this.#store.on.find((fault) => fault.kind === kind && fault.on === on);
  }

  #tell() {
    if (!this.#store.system || !this.#place) return;
    const { now, on } = this.#store;
    for (const [key, chip] of this.#chips) chip.classList.toggle("hit", on.some((fault) => `${fault.place}/${fault.on}` === key));
    for (const [kind, { row, toggle, left, meter, fill }] of this.#rows) {
      const fault = this.#on(kind, this.#place.on);
      row.classList.toggle("on", Boolean(fault));
      if (toggle.getAttribute("aria-checked") !== String(Boolean(fault))) toggle.setAttribute("aria-checked", String(Boolean(fault)));
      left.hidden = meter.hidden = !fault;
      if (!fault) continue;
      const remains = Math.max(0, (fault.ends_s ?? now) - now);
      left.textContent = `on, ${Math.ceil(remains)} s left`;
      fill.style.width = `${(remains / ((fault.ends_s ?? now) - fault.injected_s || 1)) * 100}%`;
    }
  }
}

/* `code` in descriptions. */
function marked(text) {
  return text.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part));
}
