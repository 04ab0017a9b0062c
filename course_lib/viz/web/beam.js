// Beam search: at each step beginnings compete, a few are kept, the others end there.
// Who competes, with which probability, and who is kept is beam.py's.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range, relation, stepper, svg } from "./parts.js";

const ROW = 34; // Height of a competitor.
const BOX = { width: 134, height: 28 };
const GAP = 46; // Between two steps, for the branches.

const short = (p) => (p < 0.001 ? "<0.001" : format(p, 2));

class Beam extends Figure {
  constructor(model, el) {
    super(model);
    const { title, examples, widths } = this.settings;
    this.stepper = stepper((step) => this.go(step));
    this.examples = menu("Read", examples, 0, () => this.choose());
    this.widths = menu("Width", widths.map(String), 0, () => this.choose());
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.drawing = svg("svg", { role: "img" });
    this.box = html("div", { class: "scroll" }, html("div", { class: "canvas" }, this.drawing));
    this.list = html("ol", { class: "kept" });
    el.replaceChildren(
      html("strong", { class: "title" }, title),
      html("div", { class: "line choices" }, this.examples, this.widths),
      this.stepper.node,
      this.status,
      html("div", { class: "beam" }, this.box),
      html("p", { class: "caption" }, "On the beam, with the probability so far:"),
      this.list,
      html("p", { class: "key" }, "In a box: a word, and the probability of all that was written so far. "
        + "On a branch: the probability of this step. Dashed: dropped."),
    );
  }

  choose() {
    this.ask(`${picked(this.examples)}:${this.settings.widths[picked(this.widths)]}`, 0);
  }

  take(frame, key) {
    const [example, width] = key.split(":").map(Number);
    pick(this.examples, example);
    pick(this.widths, this.settings.widths.indexOf(width));
    this.words = this.settings.words[example];
    this.steps = frame.steps.map((column) => column.map(
      ([from, word, branch, whole, rank]) => ({ from, word, branch, whole, rank })));
    this.draw();
    this.go(this.model.get("step"));
  }

  x(step) { return step * (BOX.width + GAP); }

  /** The words of a competitor, from the first on. */
  text(step, place) {
    const { from, word } = this.steps[step][place];
    const before = step ? this.text(step - 1, from) : [];
    return word === null ? before : [...before, this.words[word]];
  }

  draw() {
    const most = Math.max(...this.steps.map((column) => column.length));
    const [width, height] = [this.x(this.steps.length) + BOX.width + 4, most * ROW + 4];
    const y = (step, place) => height / 2 + (place - (this.steps[step].length - 1) / 2) * ROW;
    const start = this.node(0, height / 2, "START", "", true);
    this.columns = this.steps.map((column, step) => column.map((one, place) => {
      const [from, to] = [[this.x(step) + BOX.width, step ? y(step - 1, one.from) : height / 2],
        [this.x(step + 1), y(step, place)]];
      const middle = (from[0] + to[0]) / 2;
      const curve = `M${from} C${middle},${from[1]} ${middle},${to[1]} ${to}`;
      const says = one.word === null ? "" : short(one.branch);
      const branch = svg("g", { class: "branch" }, svg("path", { d: curve }),
        svg("text", { x: to[0] - 4, y: to[1] - 3 }, says));
      const name = one.word === null ? "(ended)" : this.words[one.word];
      const node = this.node(to[0], to[1], name, short(one.whole), one.rank > 0);
      return svg("g", {}, branch, node);
    }));
    this.drawing.setAttribute("width", width);
    this.drawing.setAttribute("height", height);
    this.drawing.setAttribute("viewBox", `-2 0 ${width} ${height}`);
    this.drawing.replaceChildren(start, ...this.columns.flat());
  }

  node(x, y, name, value, kept) {
    const text = svg("text", { class: "name", x: x + 8, y: y + 5 }, name);
    const number = svg("text", { class: "number", x: x + BOX.width - 6, y: y + 5 }, value);
    return svg("g", { class: `competitor ${kept ? "stays" : "dropped"}` },
      svg("rect", { x, y: y - BOX.height / 2, ...BOX, rx: 6 }), text, number);
  }

  /** Show the beam after so many steps. */
  go(step) {
    this.arrive(step, this.steps.length);
    this.columns.forEach((column, k) =>
      column.forEach((node) => { node.style.visibility = k < this.step ? "visible" : "hidden"; }));
    const kept = this.kept();
    this.status.textContent = this.sentence(kept);
    const names = ["start", ...range(this.steps.length).map((k) => String(k + 1))];
    this.stepper.set(this.step, names, this.status.textContent);
    const row = ({ words, whole }) => html("li", {}, words.join(" "), " ", html("b", {}, format(whole, 3)));
    this.list.replaceChildren(...kept.map(row));
    this.drawing.setAttribute("aria-label", this.status.textContent);
    const right = this.x(this.step) + BOX.width + 4;
    this.box.scrollLeft = Math.max(0, right - this.box.clientWidth);
  }

  /** What is on the beam, best first. */
  kept() {
    if (!this.step) return [{ words: ["START"], whole: 1 }];
    const column = this.steps[this.step - 1];
    return range(column.length).filter((place) => column[place].rank)
      .sort((a, b) => column[a].rank - column[b].rank)
      .map((place) => ({ words: this.text(this.step - 1, place), whole: column[place].whole }));
  }

  sentence(kept) {
    const width = Number(this.model.get("choice").split(":")[1]);
    if (!this.step) return "Nothing is written yet: one beginning, with probability 1.";
    const [best] = kept;
    const done = kept.every(({ words }) => words.at(-1) === "END");
    const found = `${best.words.join(" ")} ${relation([best.whole], 3)} ${format(best.whole, 3)}`;
    if (done) return `Step ${this.step}: all on the beam have ended. The best is ${found}.`;
    const places = width === 1 ? "one place" : `${width} places`;
    return `Step ${this.step}: beginnings compete for ${places}. The best is ${found}.`;
  }
}

export default explorable(Beam);
