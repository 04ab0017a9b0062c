// Word vectors in the plane while they are learned, and an analogy as arrows.
// Places and answers are analogies.py's; here they are shown at the epoch that the reader has reached.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, range, svg } from "./parts.js";
import { Plane } from "./plane.js";
import { playing } from "./runner.js";

const APART = 11; // Pixels between the names on one side.

class WordPlane extends Plane {
  names() {
    return svg("g", {}, this.text([this.high, this.low], -40, -7, "component 1"),
      this.text([this.low, this.high], 40, 14, "component 2"));
  }
}

class Analogies extends Figure {
  constructor(model, el) {
    super(model);
    const { title, sizes, pairs } = this.settings;
    [this.runner, this.stepper] = playing(this, "Train", () => this.settings.epochs);
    this.sizes = menu("Numbers a word", sizes.map(String), 0, (i) => this.ask(String(sizes[i])));
    this.ways = menu("Way", pairs.map((way) => way[1].join(" → ")), 0, (i) => this.turn(i));
    [this.way, this.one, this.other] = [0, 1, 0];
    this.choices = html("div", { class: "questions" });
    this.status = html("p", { class: "status" });
    this.plane = new WordPlane([-1, 1]);
    this.table = html("div", { class: "scroll" });
    this.score = html("p");
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.sizes),
      this.stepper.node,
      html("div", { class: "line" }, this.status, this.runner.node),
      html("div", { class: "beside words" }, this.plane.node,
        html("div", { class: "side" }, html("div", { class: "questions" }, this.ways, this.choices),
          this.table, this.score)),
      this.spoken,
    );
    this.choose();
  }

  turn(way) {
    this.way = way;
    this.choose();
    this.go(this.step);
  }

  /** The two menus of the question. Their pairs differ: whoever picks both alike moves the other. */
  choose() {
    const pairs = this.settings.pairs[this.way];
    const next = (k) => (k + 1) % pairs.length;
    const asks = (mine, its) => (k) => {
      this[mine] = k;
      if (this[its] === k) this[its] = next(k);
      pick(this.selects[0], this.one);
      pick(this.selects[1], this.other);
      this.go(this.step);
    };
    this.selects = [
      menu("If", pairs.map((pair) => pair.join(" is to ")), this.one, asks("one", "other")),
      menu("then", pairs.map(([c]) => `${c} is to …`), this.other, asks("other", "one")),
    ];
    this.choices.replaceChildren(...this.selects);
  }

  take(frame, key) {
    this.frame = frame;
    pick(this.sizes, this.settings.sizes.indexOf(Number(key)));
    this.go(this.model.get("step"));
  }

  /** Show the vectors after so many epochs. */
  go(step) {
    const { epochs, words, pairs } = this.settings;
    this.arrive(step, epochs);
    const answers = this.frame.answers[this.way][this.one][this.other][this.step];
    const [[a, b], [c, d]] = [pairs[this.way][this.one], pairs[this.way][this.other]];
    const first = words[answers[0][0]];
    const when = this.step ? `After epoch ${this.step} of ${epochs}` : "Before the first epoch";
    const judged = first === d ? "Right." : `It should be ${d}.`;
    this.status.textContent = `${when}: ${a} is to ${b} as ${c} is to ${first}. ${judged}`;
    this.stepper.set(this.step, range(epochs + 1).map(String), this.status.textContent);
    this.score.textContent = `Of ${this.frame.asked} such questions ${this.frame.right[this.step]} `
      + "are answered right.";
    this.draw();
    this.list(answers, d);
    if (!this.runner.running()) this.speak();
  }

  speak() {
    this.spoken.textContent = `${this.status.textContent} ${this.score.textContent}`;
  }

  draw() {
    const reach = this.frame.reach[this.way];
    [this.plane.low, this.plane.high] = [-reach, reach];
    const at = this.frame.places[this.way][this.step];
    const pairs = this.settings.pairs[this.way];
    const named = pairs.flatMap((pair, role) => pair.map((word, end) =>
      ({ word, role, place: at[2 * role + end], asked: role === this.one || role === this.other })));
    const [a, b, c, d] = [this.one, this.other].flatMap((k) => [at[2 * k], at[2 * k + 1]]);
    const target = c.map((value, i) => value + b[i] - a[i]);
    const pair = (_, role) => svg("g", { class: `pair state-${role % 6}` },
      this.segment(at[2 * role], at[2 * role + 1]));
    const dots = named.map(({ role, place }) => {
      const [cx, cy] = this.plane.at(place);
      return svg("g", { class: `dot state-${role % 6}` }, svg("circle", { cx, cy, r: 3.5 }));
    });
    const [x, y] = this.plane.at(target);
    const cross = svg("path", { class: "target", d: `M${x - 6} ${y - 6}l12 12m0-12l-12 12` });
    const [one, other] = [pairs[this.one], pairs[this.other]];
    this.plane.show(
      `Words in the plane. The arrow from ${one.join(" to ")}, put at ${other[0]}, ends `
      + `${format(Math.hypot(target[0] - d[0], target[1] - d[1]), 2)} from ${other[1]}; `
      + `the words ${other.join(" and ")} are `
      + `${format(Math.hypot(c[0] - d[0], c[1] - d[1]), 2)} apart.`,
      ...pairs.map(pair), this.plane.arrow(a, b, "weights"), this.plane.arrow(c, target, "moved"),
      cross, ...dots, ...this.labels(named));
  }

  segment(from, to) {
    const [[x1, y1], [x2, y2]] = [this.plane.at(from), this.plane.at(to)];
    return svg("line", { x1, y1, x2, y2 });
  }

  /** Each name outside of its point, moved down where two would lie on one another. */
  labels(named) {
    const spots = named.map((name) => ({ ...name, at: this.plane.at(name.place) }));
    const middle = this.plane.at([0, 0])[0];
    return [-1, 1].flatMap((side) => {
      const mine = spots.filter(({ at: [x] }) => (x < middle ? -1 : 1) === side)
        .sort((p, q) => p.at[1] - q.at[1]);
      let last = -Infinity;
      return mine.map(({ word, role, asked, at: [x, y] }) => {
        last = Math.max(y + 4, last + APART);
        return svg("text", { class: `name state-${role % 6} ${asked ? "asked" : ""}`,
          x: x + 7 * side, y: last, style: `text-anchor:${side < 0 ? "end" : "start"}` }, word);
      });
    });
  }

  list(answers, right) {
    const row = ([word, cosine]) => {
      const name = this.settings.words[word];
      return html("tr", {}, html("th", { scope: "row" }, name === right ? `${name} ✓` : name),
        html("td", {}, cosine.toFixed(2)));
    };
    this.table.replaceChildren(html("table", { "aria-label": "The nearest words" },
      html("thead", {}, html("tr", {}, html("th", {}, "nearest words"), html("th", {}, "cosine"))),
      html("tbody", {}, ...answers.map(row))));
  }
}

export default explorable(Analogies);
