// Six optimisers on one map: the way each has gone up to a step, and how high it is now.
// Ways and heights are race.py's; here they are shown up to the step that the reader has reached.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range, svg } from "./parts.js";
import { playing } from "./runner.js";

const [WIDTH, HEIGHT] = [340, 260]; // Of the map, in its own units; the page stretches it.
const BUBBLE = 8; // Radius of a racer.

class Race extends Figure {
  constructor(model, el) {
    super(model);
    const { title, rules, rates, surfaces } = this.settings;
    this.shown = rules.map(() => true);
    [this.runner, this.stepper] = playing(this, "Race", () => this.settings.steps);
    this.surfaces = menu("Surface", surfaces.map(({ name }) => name), 0, () => this.choose(true));
    this.starts = html("span");
    this.rates = menu("Learning rate", [...rates.map((r) => format(r)), "best for each"],
      rates.length, () => this.choose());
    this.status = html("p", { class: "status" });
    this.drawing = svg("svg", { role: "img", viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    this.table = html("div", { class: "scroll" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.surfaces,
        this.starts, this.rates),
      this.stepper.node,
      html("div", { class: "line" }, this.status, this.runner.node),
      html("div", { class: "race" }, this.drawing, this.table),
      this.spoken,
    );
    this.addRacers();
  }

  /** A row for each rule: whether it takes part, its rate, how high it is. */
  addRacers() {
    const { rules, short } = this.settings;
    const row = (rule, k) => {
      const box = html("input", { type: "checkbox", checked: true,
        onchange: () => { this.shown[k] = box.checked; this.go(this.step); } });
      return html("tr", { class: `state-${k % 6}` },
        html("th", { scope: "row" }, html("label", {}, box, html("b", {}, short[k]), rule)),
        html("td"), html("td"));
    };
    this.rows = rules.map(row);
    const head = ["", "rate", "height"].map((text) => html("th", {}, text));
    this.table.replaceChildren(html("table", { "aria-label": "Height above the lowest point" },
      html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...this.rows)));
  }

  choose(otherSurface = false) {
    const start = otherSurface ? 0 : picked(this.starts);
    this.ask(`${picked(this.surfaces)}:${start}:${picked(this.rates)}`);
  }

  take(frame, key) {
    const [surface, start, rate] = key.split(":").map(Number);
    this.surface = this.settings.surfaces[surface];
    this.frame = frame;
    this.start = start;
    pick(this.surfaces, surface);
    pick(this.rates, rate);
    const names = this.surface.starts.map((_, i) => String(i + 1));
    if (this.starts.textContent !== `Start${names.join("")}`) {
      this.starts.replaceChildren(menu("Start", names, start, () => this.choose()));
    }
    pick(this.starts, start);
    this.starts.hidden = names.length === 1;
    this.draw();
    this.go(this.model.get("step"));
  }

  /** From the surface's own units to those of the map. */
  at([x, y]) {
    const [[left, right], [bottom, top]] = this.surface.limits;
    const on = (value, low, high, size) => (size * (value - low) / (high - low)).toFixed(1);
    return [on(x, left, right, WIDTH), on(y, top, bottom, HEIGHT)];
  }

  /** Draw the map and the racers once for each race; `go` moves them. */
  draw() {
    const { levels, lowest, starts } = this.surface;
    const ring = (points) => `M${points.map((point) => this.at(point)).join("L")}Z`;
    const level = (rings) => svg("path", { class: "level", d: rings.map(ring).join("") });
    const [x, y] = this.at(lowest).map(Number);
    const [cx, cy] = this.at(starts[this.start]);
    this.racers = this.settings.rules.map((_, k) => {
      const [line, dots] = ["line", "dots"].map((name) => svg("path", { class: name }));
      const bubble = svg("g", { class: "bubble" }, svg("circle", { r: BUBBLE }),
        svg("text", { y: 4 }, this.settings.short[k]));
      return { line, dots, bubble, node: svg("g", { class: `racer state-${k % 6}` }, line, dots) };
    });
    this.drawing.replaceChildren(
      ...levels.map(level),
      svg("path", { class: "lowest", d: `M${x - 6} ${y - 6}l12 12m0-12l-12 12` }),
      svg("circle", { class: "from", cx, cy, r: 5 }),
      ...this.racers.map(({ node }) => node),
      ...this.racers.map(({ bubble }, k) => svg("g", { class: `state-${k % 6}` }, bubble)),
    );
  }

  /** Show the race up to a step. */
  go(step) {
    const { steps, rules } = this.settings;
    this.arrive(step, steps);
    rules.forEach((_, k) => this.showRacer(k));
    this.status.textContent = this.sentence();
    this.stepper.set(this.step, range(steps + 1), this.status.textContent);
    this.drawing.setAttribute("aria-label",
      `Map of ${this.surface.name.toLowerCase()}: level lines, a cross at the lowest point. `
      + this.status.textContent);
    if (!this.runner.running()) this.speak();
  }

  showRacer(k) {
    const { paths, heights, rates } = this.frame;
    const { line, dots, bubble, node } = this.racers[k];
    const lost = this.step >= paths[k].length;
    const gone = paths[k].slice(0, this.step + 1).map((point) => this.at(point));
    line.setAttribute("d", `M${gone.join("L")}`);
    dots.setAttribute("d", gone.map((point) => `M${point}h0`).join(""));
    bubble.setAttribute("transform", `translate(${gone.at(-1)})`);
    node.toggleAttribute("hidden", !this.shown[k]);
    bubble.toggleAttribute("hidden", !this.shown[k] || lost);
    const [, rate, height] = this.rows[k].children;
    rate.textContent = format(rates[k]);
    height.textContent = lost ? "lost" : format(heights[k][this.step], 3);
  }

  /** Who is lowest, and who is lost, of those that are shown. */
  sentence() {
    const { rules, steps } = this.settings;
    const { heights } = this.frame;
    const racing = range(rules.length).filter((k) => this.shown[k]);
    const here = racing.filter((k) => this.step < heights[k].length);
    const lost = racing.filter((k) => !here.includes(k)).map((k) => rules[k]);
    const said = [`Step ${this.step} of ${steps}.`];
    if (!this.step) said.push("All stand at the start.");
    else if (here.length) {
      const low = Math.min(...here.map((k) => heights[k][this.step]));
      const first = here.filter((k) => heights[k][this.step] === low).map((k) => rules[k]);
      said.push(`Lowest: ${first.join(", ")}, ${format(low, 3)} above the ground.`);
    }
    if (lost.length) said.push(`Lost: ${lost.join(", ")}.`);
    return said.join(" ");
  }
}

export default explorable(Race);
