/* A game day: what the dashboard shows of a system, for somebody who has to find out what is wrong with it. */
import { answers } from "./answers.js";
import { Charts } from "./charts.js";
import { fares } from "./fares.js";
import { SystemMap } from "./map.js";
import { Store } from "./store.js";
import { seconds } from "./words.js";

const SIGN = "\x1e";

/* Lines that are for this page, not for people. */
export const isScene = (line) => line.startsWith(SIGN);

export class Game {
  #section; #store = new Store();

  constructor(section) {
    this.#section = section;
    section.hidden = false;
    const part = (name) => section.querySelector(`[data-part="${name}"]`);
    fares(part("fares"), this.#store);
    const map = new SystemMap(part("map"), this.#store, "mend it");
    new Charts(part("charts"), this.#store).show({ length: 60 });
    answers(part("answers"), this.#store);
    map.addEventListener("choose", ({ detail }) => {
      map.choose(detail.place, detail.on);
      section.querySelector(`[data-say="fix ${detail.on}"]`)?.focus();
    });
  }

  take(scenes) {
    for (const scene of scenes) {
      const { system, update, times } = JSON.parse(scene.slice(SIGN.length));
      if (system) this.#begin(system);
      if (update) this.#store.take(update);
      if (times) this.#tell(times);
    }
  }

  /* Where whoever started it wants to be. */
  show() {
    this.#section.querySelector('[data-say="see"]').focus();
    this.#section.scrollIntoView();
  }

  end() {
    this.#store.halt();
  }

  #begin(system) {
    this.#tell({});
    this.#store.begin(system);
  }

  #tell(times) {
    for (const place of this.#section.querySelectorAll("[data-time]")) place.textContent = seconds(times[place.dataset.time]);
  }
}
