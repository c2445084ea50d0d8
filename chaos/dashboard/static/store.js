/* What the page knows: the system once, and everything that the feed has told of it since. */
import { OUTCOMES, flow } from "./words.js";

const KEPT = 620, TOLD_EVERY = 100;
const clock = () => performance.now() / 1000;

export class Store extends EventTarget {
  system = null;
  seconds = new Map();
  trials = new Map();
  answers = new Map();
  sights = new Map();
  users = {};
  trouble = "";
  fallen = [];
  #ahead = 0;
  #halted = null;
  #due = null;
  #told = 0;

  begin(system) {
    this.#halted = null;
    for (const table of [this.seconds, this.trials, this.answers, this.sights]) table.clear();
    this.system = system;
    this.dispatchEvent(new Event("system"));
  }

  take(update) {
    this.#ahead = update.now_s - clock();
    for (const each of update.seconds) this.seconds.set(each.at_s, each);
    for (const each of update.trials) this.trials.set(each.number, each);
    for (const each of update.answers) this.answers.set(each.id, each);
    for (const each of update.sights) this.sights.set(each.journey, each);
    this.users = update.users ?? this.users;
    this.trouble = update.trouble ?? this.trouble;
    this.fallen = update.fallen ?? this.fallen;
    for (const at of this.seconds.keys()) if (at < update.now_s - KEPT) this.seconds.delete(at);
    this.#due ??= setTimeout(() => this.#tell(), Math.max(0, this.#told + TOLD_EVERY - performance.now()));
  }

  /* However much is taken, those who show it are not told more often than anybody could read. */
  #tell() {
    this.#due = null;
    this.#told = performance.now();
    this.dispatchEvent(new Event("update"));
  }

  /* It is over: what was known last stays, until another system begins. */
  halt() {
    this.#halted ??= this.now;
  }

  get isHalted() {
    return this.#halted !== null;
  }

  /* The run's clock, in seconds. */
  get now() {
    return this.#halted ?? clock() + this.#ahead;
  }

  date(at) {
    return new Date(Date.now() + (at - clock() - this.#ahead) * 1000);
  }

  get on() {
    return this.tried.filter((fault) => fault.undone_s === null);
  }

  get tried() {
    return [...this.trials.values()].flatMap((trial) => trial.faults);
  }

  /* How users fared over the last seconds: of one journey, or of all. Seconds in which runs are still under way count. */
  fared(over, journey = null) {
    const now = Math.floor(this.now), sum = { served: 0, degraded: 0, broken: 0, late: 0, p95_s: 0 };
    for (let at = now - over; at < now; at += 1) {
      const each = this.of(this.seconds.get(at), journey);
      if (!each) continue;
      for (const outcome of OUTCOMES) sum[outcome] += each[outcome];
      sum.late += this.seconds.get(at).late;
      sum.p95_s = Math.max(sum.p95_s, each.p95_s);
    }
    return { ...sum, total: sum.served + sum.degraded + sum.broken, per_s: (sum.served + sum.degraded + sum.broken) / over };
  }

  of(second, journey) {
    return (journey === null ? second?.all : second?.journeys[journey]) ?? null;
  }

  /* What comes by a link now; null: nobody has looked at it for a while. */
  flow(link) {
    for (let at = Math.floor(this.now); at > this.now - 8; at -= 1) {
      const found = this.seconds.get(at)?.links[link];
      if (found) return flow(found);
    }
    return null;
  }
}
