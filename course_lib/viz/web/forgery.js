// A generator and a discriminator at play: both densities, and what the discriminator says.
// All of it is forgery.py's; here it is shown at the epoch that the reader has reached.

import { Figure, explorable } from "./frame.js";
import { html, menu, pick, picked, range, svg } from "./parts.js";
import { playing } from "./runner.js";

const [WIDTH, HEIGHT] = [340, 250];
const [LEFT, RIGHT, TOP, FOOT] = [34, 8, 12, 34];
const SPLIT = 96; // Height of the upper part, the discriminator's.
const GAP = 22;

class Forgery extends Figure {
  constructor(model, el) {
    super(model);
    const { title, forgers } = this.settings;
    [this.runner, this.stepper] = playing(this, "Play", () => this.settings.epochs);
    this.forgers = menu("Forger's loss", forgers, 0, () => this.choose());
    this.starts = menu("Start", [], 0, () => this.choose());
    this.status = html("p", { class: "status" });
    this.drawing = svg("svg", { role: "img", viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    const name = (kind, text) => html("span", { class: kind }, html("i"), text);
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.forgers,
        this.starts),
      this.stepper.node,
      html("div", { class: "line" }, this.status, this.runner.node),
      html("div", { class: "forgery" }, this.drawing,
        html("p", { class: "names", "aria-hidden": "true" }, name("real state-0", "real coins"),
          name("fake state-1", "fakes"), name("says", "the detective: probability of real"),
          name("best", "the best answer"))),
      this.spoken,
    );
  }

  choose() {
    this.ask([this.forgers, this.starts].map(picked).join(":"));
  }

  take(frame, key) {
    this.frame = frame;
    const [forger, start] = key.split(":").map(Number);
    pick(this.forgers, forger);
    this.pickNumber(this.starts, start, this.settings.starts);
    this.go(this.model.get("step"));
  }

  go(step) {
    const { epochs } = this.settings;
    this.arrive(step, epochs);
    const { means, apart } = this.frame;
    const [real, fake] = means[this.step].map((mean) => mean.toFixed(2));
    this.status.textContent = `Epoch ${this.step} of ${epochs}. `
      + `${Math.round(100 * apart[this.step])} % of the fakes would have to weigh something else. `
      + `The detective says ${real} of real coins and ${fake} of fakes.`;
    this.stepper.set(this.step, range(epochs + 1).map(String), this.status.textContent);
    this.draw();
    if (!this.runner.running()) this.speak();
  }

  x(weight) {
    const { edges } = this.settings;
    return LEFT + ((WIDTH - LEFT - RIGHT) * (weight - edges[0])) / (edges.at(-1) - edges[0]);
  }

  /** Height of a probability in the upper part. */
  said(hundredths) {
    return TOP + SPLIT * (1 - hundredths / 100);
  }

  /** Height of a share of coins in the lower part; whatever is above it is cut off. */
  counted(coins) {
    const top = TOP + SPLIT + GAP;
    const share = Math.min(1, coins / (1.6 * Math.max(...this.frame.real)));
    return HEIGHT - FOOT - (HEIGHT - FOOT - top) * share;
  }

  /** A line through the middles of the bins, broken where there is no value. */
  through(kind, values, height) {
    const { edges } = this.settings;
    const at = (value, i) => `${this.x((edges[i] + edges[i + 1]) / 2).toFixed(1)},${height(value).toFixed(1)}`;
    const way = values.map((value, i) => (value === null ? ""
      : `${i === 0 || values[i - 1] === null ? "M" : "L"}${at(value, i)}`)).join("");
    return svg("path", { class: kind, d: way });
  }

  stairs(kind, coins) {
    const { edges } = this.settings;
    const floor = HEIGHT - FOOT;
    const steps = coins.map((count, i) =>
      `V${this.counted(count).toFixed(1)}H${this.x(edges[i + 1]).toFixed(1)}`).join("");
    return svg("path", { class: kind, d: `M${LEFT},${floor}${steps}V${floor}` });
  }

  draw() {
    const { real, fake, says, best, means, apart } = this.frame;
    const { edges } = this.settings;
    const right = WIDTH - RIGHT;
    const rule = (hundredths, kind) => svg("g", { class: kind },
      svg("line", { x1: LEFT, x2: right, y1: this.said(hundredths), y2: this.said(hundredths) }),
      svg("text", { class: "y", x: LEFT - 5, y: this.said(hundredths) + 4 }, String(hundredths / 100)));
    const floor = HEIGHT - FOOT;
    const weights = range(Math.floor(edges.at(-1)) - Math.ceil(edges[0]) + 1).map((i) =>
      i + Math.ceil(edges[0]));
    this.drawing.setAttribute("aria-label", `Above, what the detective says of each weight: `
      + `${weights.map((w) => `${(says[this.step][this.bin(w)] / 100).toFixed(2)} at ${w} g`).join(", ")}. `
      + `Below, the weights of real coins and of fakes, ${Math.round(100 * apart[this.step])} % apart. `
      + `On average ${means[this.step][0].toFixed(2)} of real coins.`);
    this.drawing.replaceChildren(
      rule(0, "rule"), rule(50, "even"), rule(100, "rule"),
      this.through("best", best[this.step], (value) => this.said(value)),
      this.through("says", says[this.step], (value) => this.said(value)),
      this.stairs("fake state-1", fake[this.step]), this.stairs("real state-0", real),
      svg("line", { class: "floor", x1: LEFT, x2: right, y1: floor, y2: floor }),
      ...weights.map((w) => svg("text", { x: this.x(w), y: floor + 15 }, String(w))),
      svg("text", { x: (LEFT + right) / 2, y: HEIGHT - 3 }, "weight in grams"),
    );
  }

  /** The bin that holds a weight. */
  bin(weight) {
    const { edges } = this.settings;
    const above = edges.findIndex((edge) => edge > weight);
    return (above === -1 ? edges.length - 1 : above) - 1;
  }
}

export default explorable(Forgery);
