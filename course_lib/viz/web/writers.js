// Letters from n-grams and from a recurrent network, and riddles: which verse is the real one?
// Texts, dice and evidence are writers.py's; here they are shown as far as the reader has come.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range } from "./parts.js";
import { playing } from "./runner.js";

const visible = (letter) => ({ "\n": "↵", " ": "␣" })[letter] ?? letter;

class Writers extends Figure {
  constructor(model, el) {
    super(model);
    const { title, writers, temperatures } = this.settings;
    [this.runner, this.stepper] = playing(this, "Write", () => this.frame.text.length);
    const change = () => (this.asking ? this.riddle(0) : this.write(0));
    this.writer = menu("Writer", writers, 0, change);
    this.temperature = menu("Temperature", temperatures.map(String), 0, change);
    this.another = this.button("Another text", () => this.write(this.place[2] + 1));
    this.mode = this.button("", () => this.turn(!this.asking));
    this.status = html("p", { class: "status" });
    this.text = html("p", { class: "riddle written" });
    this.table = html("div", { class: "shares" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    this.writing = html("div", {}, this.stepper.node,
      html("div", { class: "line" }, this.status, this.runner.node), this.text, this.table);
    this.cards = html("div", { class: "cards" });
    this.verdict = html("p", { class: "verdict", role: "status" });
    this.next = this.button("Next three", () => this.riddle(this.number + 1));
    this.riddles = html("div", {},
      html("p", { class: "question" }, "Two of these verses were drawn letter by letter, one is "
        + "Shakespeare’s. Choose the real one."), this.cards, this.verdict, this.next);
    [this.right, this.asked] = [0, 0];
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.mode),
      html("div", { class: "line die-menus" }, this.temperature, this.writer, this.another),
      html("div", { class: "die writers" }, this.riddles, this.writing),
      this.spoken,
    );
  }

  button(text, onclick) {
    return html("button", { type: "button", class: "wide", onclick }, text);
  }

  /** Change between riddles and writing. */
  turn(asking) {
    this.asking = asking;
    this.runner.pause();
    this.riddles.hidden = !asking;
    for (const node of [this.writing, this.writer, this.another]) node.hidden = asking;
    this.mode.textContent = asking ? "See them write" : "Back to the riddles";
    if (asking) this.riddle(0);
    else this.write(this.place[2]);
  }

  /** Choose a text; where there is a kernel any number of them are written. */
  write(number) {
    const text = this.model.get("live") ? number : number % this.settings.texts;
    this.ask([picked(this.writer), picked(this.temperature), text].join(":"));
  }

  take(frame, key) {
    this.frame = frame;
    this.place = key.split(":").map(Number);
    pick(this.writer, this.place[0]);
    pick(this.temperature, this.place[1]);
    if (this.asking === undefined) this.turn(true);
    this.go(this.model.get("step"));
  }

  /** Show the text after so many letters, and the die of the last. */
  go(step) {
    const { text, share } = this.frame;
    this.arrive(step, text.length);
    const rolled = this.step - 1;
    this.status.textContent = this.step
      ? `Letter ${this.step}: ${visible(text[rolled])}, probability ${format(share[rolled], 3)}. `
        + this.looks()
      : "Nothing is written yet. This is the die of the first letter.";
    this.stepper.set(this.step, range(text.length + 1).map(String), this.status.textContent);
    this.showText();
    this.showDie(Math.max(0, rolled));
    if (!this.runner.running()) this.speak();
  }

  /** Where what the writer looked at begins. */
  from() {
    const reach = this.settings.reach[this.place[0]];
    if (reach === null) return 0;
    const verse = this.frame.text.lastIndexOf("\n", this.step - 2) + 1;
    return Math.max(this.step - 1 - reach, this.step === 1 ? 0 : verse);
  }

  looks() {
    const count = this.step - 1 - this.from();
    if (this.settings.reach[this.place[0]] === null) {
      return count ? `Its state has read all ${count} letters before.` : "Its state has read nothing.";
    }
    return `Its die was chosen by ${count} ${count === 1 ? "letter" : "letters"} of the verse.`;
  }

  speak() {
    if (!this.asking) this.spoken.textContent = this.status.textContent;
  }

  showText() {
    const written = this.frame.text.slice(0, this.step);
    const from = this.from();
    const piece = (text, name) => html("span", { class: name },
      name === "last" ? text.replace("\n", "↵") : text);
    this.text.replaceChildren(piece(written.slice(0, from), ""),
      piece(written.slice(from, -1), "read"), piece(written.slice(-1), "last"));
  }

  showDie(at) {
    const [letters, shares] = this.frame.dice[at];
    const hit = this.step ? this.frame.hit[at] : -1;
    const row = (letter, share, k) => html("tr", { class: k === hit ? "won state-1" : "state-0" },
      html("th", { scope: "row" }, letter),
      html("td", { class: "bar" }, html("span", { style: `width:${share}%` })),
      html("td", {}, `${share} %`));
    const rest = Math.max(0, 100 - shares.reduce((sum, share) => sum + share, 0));
    this.table.replaceChildren(html("table", { "aria-label": "The die" }, html("tbody", {},
      ...[...letters].map((letter, k) => row(visible(letter), shares[k], k)),
      row("others", rest, letters.length))));
  }

  /** Three verses to choose from. */
  riddle(number) {
    const riddles = this.settings.riddles[picked(this.temperature)];
    this.number = number % riddles.length;
    this.verses = riddles[this.number];
    this.open = true;
    this.next.hidden = true;
    this.verdict.textContent = "";
    this.cards.replaceChildren(...this.verses.map((verse, k) => html("button",
      { type: "button", class: "card", onclick: () => this.answer(k) },
      html("span", {}, verse.text))));
  }

  answer(k) {
    if (!this.open) return;
    this.open = false;
    const right = this.verses[k].author === "real";
    this.right += right;
    this.asked += 1;
    [...this.cards.children].forEach((card, i) => {
      const { author } = this.verses[i];
      card.setAttribute("aria-disabled", "true");
      card.classList.add(author === "real" ? "state-2" : "state-5");
      card.append(html("b", {}, author === "real" ? "Shakespeare ✓" : author),
        html("small", {}, this.evidence(this.verses[i])));
    });
    const chosen = this.verses[k].author;
    this.verdict.textContent = `${right ? "Yes." : `No, that was the ${chosen}.`} `
      + `Right so far: ${this.right} of ${this.asked}.`;
    this.next.hidden = false;
  }

  evidence({ unknown, copied }) {
    const words = unknown.length ? `Not among the words read: ${unknown.join(", ")}.`
      : "All its words were read.";
    return `${words} Longest piece that was read: “${copied}”.`;
  }
}

export default explorable(Writers);
