// A die for every context: the text appears roll by roll, with the die that is rolled. The rolls
// are die.py's; here they are shown up to the step that the reader has reached.

import { Figure, explorable } from "./frame.js";
import { guessing } from "./guess.js";
import { format, html, menu, pick, picked, stepper } from "./parts.js";

const [START, END] = ["<s>", "</s>"];
const name = (word) => (word === END ? "■" : word);

class Die extends Figure {
  constructor(model, el) {
    super(model);
    const { title, corpora, orders, added } = this.settings;
    this.stepper = stepper((step) => this.go(step));
    const write = () => this.write(0);
    this.menus = [
      menu("Counted from", corpora, 0, write),
      menu("Order", orders.map(String), 0, write),
      menu("Add to each count", added.map(String), 0, write),
    ];
    this.menus[0].hidden = corpora.length === 1;
    this.another = this.button("Another text", () => this.write(this.place[3] + 1));
    this.mode = this.button("Guess the order", () => this.turn());
    this.guessing = guessing(this.settings, (key) => model.get("frames")[key]);
    this.status = html("p", { class: "status" });
    this.strip = html("p", { class: "strip" });
    this.line = html("div", { class: "sides", "aria-hidden": "true" });
    this.table = html("div", { class: "shares" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    this.rolling = html("div", {}, this.stepper.node, this.status, this.strip, this.line,
      this.table);
    this.guessing.node.hidden = true;
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.mode),
      html("div", { class: "line die-menus" }, ...this.menus, this.another),
      html("div", { class: "die" }, this.rolling, this.guessing.node),
      this.spoken,
    );
  }

  button(text, onclick) {
    return html("button", { type: "button", class: "wide", onclick }, text);
  }

  /** Choose a setting and a text; where there is a kernel it writes any number of texts. */
  write(number) {
    const [corpus, order, added] = this.menus.map(picked);
    const { orders, texts } = this.settings;
    const text = this.model.get("live") ? number : number % texts;
    this.ask([corpus, orders[order], this.settings.added[added], text].join(":"));
    if (!this.guessing.node.hidden) this.guessing.start(corpus);
  }

  /** Change between rolling and guessing. */
  turn() {
    const guesses = this.guessing.node.hidden;
    this.guessing.node.hidden = !guesses;
    this.rolling.hidden = guesses;
    for (const node of [...this.menus.slice(1), this.another]) node.hidden = guesses;
    this.mode.textContent = guesses ? "Back to the dice" : "Guess the order";
    if (guesses) this.guessing.start(this.place[0]);
  }

  take(frame, key) {
    this.place = key.split(":").map(Number);
    const [corpus, order, added] = this.place;
    const { orders } = this.settings;
    [corpus, orders.indexOf(order), this.settings.added.indexOf(added)].forEach((index, i) => {
      pick(this.menus[i], index);
    });
    this.frame = frame;
    this.padded = [...Array(order - 1).fill(START), ...frame.words, ...(frame.ends ? [END] : [])];
    this.go(this.model.get("step"));
  }

  /** Show the text after so many rolls, and the die of the last. */
  go(step) {
    const rolls = this.frame.dice.length;
    this.arrive(step, rolls);
    const die = this.frame.dice[Math.max(0, this.step - 1)];
    this.status.textContent = this.sentence(die);
    this.spoken.textContent = this.status.textContent;
    const marks = [...Array(rolls + 1).keys()].map(String);
    this.stepper.set(this.step, marks, this.status.textContent);
    this.showText();
    this.showDie(die);
  }

  /** Where the context of the last roll begins and ends among the padded words. */
  context() {
    const end = this.place[1] - 1 + Math.max(0, this.step - 1);
    return [end - (this.place[1] - 1), end];
  }

  sentence(die) {
    const [begin, end] = this.context();
    const words = this.padded.slice(begin, end).join(" ");
    const times = ["never seen: all sides are alike", "seen once", "seen twice"];
    const seen = times[die.seen] ?? `seen ${die.seen} times`;
    const where = words ? `after “${words}” (${seen})` : "whatever stands before";
    if (!this.step) return `Not rolled yet. This is the die of the first word, ${where}.`;
    const word = this.padded[end];
    const shown = word === END ? "the end, ■" : `“${word}”`;
    return `Roll ${this.step}, ${where}, shows ${shown}. Probability ${format(die.share, 3)}.`;
  }

  showText() {
    const [begin, end] = this.context();
    const last = this.place[1] - 1 + this.step;
    const look = (i) => (i >= begin && i < end ? "state-0" : i === end ? "state-1" : "plain");
    this.strip.replaceChildren(html("span", { class: "slots" },
      ...this.padded.slice(0, last).map((word, i) => html("b", { class: look(i) }, name(word)))));
  }

  /** The die twice: as a line from 0 to 1, on which the roll falls, and as a table. */
  showDie(die) {
    const [others, share] = die.rest;
    const hidden = others === 1 ? "1 other" : `${others} others`;
    const sides = others ? [...die.sides, [hidden, share]] : die.sides;
    const hit = this.step ? die.hit : -1;
    const colour = (k) => (k < die.sides.length ? `state-${k % 6}` : "rest");
    const piece = ([, p], k) => html("span", { class: colour(k), style: `flex-grow:${p}` });
    const roll = html("i", { style: `left:${100 * die.at}%`, hidden: !this.step });
    this.line.replaceChildren(...sides.map(piece), roll);
    const row = ([word, p], k) => html("tr", { class: `${colour(k)} ${k === hit ? "won" : ""}` },
      html("th", { scope: "row" }, name(word)),
      html("td", { class: "bar" }, html("span", { style: `width:${100 * p}%` })),
      html("td", {}, format(p, 3)));
    this.table.replaceChildren(html("table", { "aria-label": "The die" },
      html("tbody", {}, ...sides.map(row))));
  }
}

export default explorable(Die);
