// A damaged stamp in Hopfield's network: its pixels, its energy, and what it comes to resemble.
// States and energies are hopfield.py's; here they are shown up to the flip the reader has reached.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range, svg } from "./parts.js";
import { playing } from "./runner.js";

const CELL = 26; // Side of a pixel in the drawing's own units.
const [WIDTH, HEIGHT] = [300, 170]; // Of the energy's drawing.
const [LEFT, RIGHT, TOP, BOTTOM] = [38, 12, 12, 32]; // Its margins.

class Hopfield extends Figure {
  constructor(model, el) {
    super(model);
    const { title, stamps, damages } = this.settings;
    [this.runner, this.stepper] = playing(this, "Let it roll", () => this.last());
    this.counts = menu("Stored", range(stamps.length).map((i) => String(i + 1)), 0,
      (index) => this.choose({ count: index + 1 }));
    this.stamps = menu("Stamp", stamps.map(({ name }) => name), 0,
      (index) => this.choose({ stamp: index }), (i) => i < (this.count ?? stamps.length));
    this.damages = menu("Damage", [...damages, "your own"], 0,
      (index) => this.choose({ damage: index }), (i) => i < damages.length);
    this.status = html("p", { class: "status" });
    this.picture = html("div", { class: "picture" });
    this.curve = svg("svg", { role: "img", viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    this.table = html("div", { class: "alike" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("strong", { class: "title" }, title),
      html("div", { class: "line choices" }, this.counts, this.stamps, this.damages),
      this.stepper.node,
      html("div", { class: "line" }, this.status, this.runner.node),
      html("div", { class: "hopfield" }, this.picture, this.curve, this.table),
      html("p", { class: "key" },
        "Dots: changed since the start. Frame: the unit that changed last. Line across the bars: half "
          + "of the pixels, as for two pictures that have nothing to do with each other.",
        model.get("live") ? " Press a pixel to damage the start yourself." : ""),
      this.spoken,
    );
  }

  last() {
    return this.frame.flips.length;
  }

  /** Take a number of stored stamps, one of them, and what has happened to it. */
  choose(change) {
    const { count, stamp, damage } = { ...this.chosen(), ...change };
    const { starts, damages } = this.settings;
    const known = Math.min(stamp, count - 1);
    const own = damage === damages.length;
    const kept = own && !("stamp" in change);
    this.begin(count, kept ? this.start : starts[known][own ? 0 : damage], known);
  }

  chosen() {
    const [count, stamp, damage] = [this.counts, this.stamps, this.damages].map(picked);
    return { count: count + 1, stamp, damage };
  }

  /** Show a recall from its start. */
  begin(count, ink, stamp) {
    this.runner.pause();
    this.stamp = stamp;
    this.ask(`${count}:${ink}`, 0);
  }

  take(frame, key) {
    const [count, ink] = key.split(":");
    this.frame = frame;
    this.count = Number(count);
    this.start = ink;
    this.select(ink);
    this.go(this.model.get("step"));
  }

  /** The menus say how a start is made; one that is not of theirs is the reader's own. */
  select(ink) {
    const { starts, damages } = this.settings;
    const known = starts.findIndex((inks) => inks.includes(ink));
    if (known >= 0) this.stamp = known;
    const damage = known < 0 ? damages.length : starts[known].indexOf(ink);
    pick(this.counts, this.count - 1);
    pick(this.stamps, this.stamp ?? 0);
    pick(this.damages, damage);
    [...this.stamps.querySelectorAll("option")].forEach((option, i) => {
      option.disabled = i >= this.count;
    });
  }

  /** Show the state after a number of flips. */
  go(step) {
    this.arrive(step, this.last());
    this.state = [...this.start].map((pixel) => pixel === "1");
    this.changed = new Set();
    this.frame.flips.slice(0, this.step).forEach((unit) => {
      this.state[unit] = !this.state[unit];
      this.changed.add(unit);
    });
    this.status.textContent = this.sentence();
    this.stepper.set(this.step, range(this.last() + 1).map(String), this.status.textContent);
    this.drawPicture();
    this.drawCurve();
    this.showTable();
    if (!this.runner.running()) this.speak();
  }

  sentence() {
    const { flips, inputs, energies, end } = this.frame;
    const energy = format(energies[this.step]);
    const rest = this.step === this.last() ? ` No unit wants to change: ${end}.` : "";
    if (!this.step) return `The start, with energy ${energy}.${rest}`;
    const { size } = this.settings;
    const unit = flips[this.step - 1];
    const place = `row ${Math.floor(unit / size) + 1}, column ${(unit % size) + 1}`;
    const now = this.state[unit] ? "+1" : "−1";
    return `Flip ${this.step} of ${this.last()}: the unit in ${place} hears `
      + `${format(inputs[this.step - 1], 3)} and becomes ${now}. The energy falls to ${energy}.${rest}`;
  }

  drawPicture() {
    const { size } = this.settings;
    const side = size * CELL;
    const flipped = this.step ? this.frame.flips[this.step - 1] : -1;
    const press = this.model.get("live") && ((unit) => this.begin(this.count,
      this.start.slice(0, unit) + (this.start[unit] === "1" ? "0" : "1")
        + this.start.slice(unit + 1), this.stamp));
    const cells = this.state.map((on, unit) => {
      const [x, y] = [(unit % size) * CELL, Math.floor(unit / size) * CELL];
      const dot = this.changed.has(unit)
        ? [svg("circle", { cx: x + CELL / 2, cy: y + CELL / 2, r: 3.5 })] : [];
      return svg("g", { class: on ? "on" : "", onclick: press && (() => press(unit)) },
        svg("rect", { x, y, width: CELL, height: CELL }), ...dot);
    });
    const frame = flipped < 0 ? [] : [svg("rect", {
      class: "last", x: (flipped % size) * CELL, y: Math.floor(flipped / size) * CELL,
      width: CELL, height: CELL,
    })];
    const ink = this.state.filter(Boolean).length;
    this.picture.replaceChildren(svg("svg", {
      role: "img", viewBox: `-2 -2 ${side + 4} ${side + 4}`, class: press ? "live" : "",
      "aria-label": `The state: ${ink} of ${this.state.length} units are +1. `
        + `${this.changed.size} have changed since the start.`,
    }, ...cells, ...frame));
  }

  drawCurve() {
    const { energies } = this.frame;
    const last = this.last();
    const [low, high] = [Math.floor(energies.at(-1) - 0.5), Math.ceil(energies[0] + 0.5)];
    const x = (step) => LEFT + (WIDTH - LEFT - RIGHT) * (last ? step / last : 0.5);
    const y = (energy) => TOP + (HEIGHT - TOP - BOTTOM) * ((high - energy) / (high - low));
    const rules = [low, high].map((value) => svg("g", { class: "rule" },
      svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { class: "y", x: LEFT - 6, y: y(value) + 4 }, format(value))));
    const way = (count) => `M${energies.slice(0, count).map((energy, step) =>
      [x(step).toFixed(1), y(energy).toFixed(1)]).join("L")}`;
    this.curve.replaceChildren(...rules,
      svg("path", { class: "ahead", d: way(energies.length) }),
      svg("path", { class: "gone", d: way(this.step + 1) }),
      svg("circle", { cx: x(this.step), cy: y(energies[this.step]), r: 6 }),
      svg("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6 },
        last ? `energy, from the start to flip ${last}` : "energy: it is at rest"));
    this.curve.setAttribute("aria-label", `The energy falls from ${format(energies[0])} to `
      + `${format(energies.at(-1))} in ${last} flips. Now it is ${format(energies[this.step])}.`);
  }

  showTable() {
    const { stamps, size } = this.settings;
    const pixels = size * size;
    const agree = this.frame.agree[this.step];
    const row = (count, k) => html("tr", { class: count === pixels ? "whole" : "" },
      html("th", { scope: "row" }, thumbnail(stamps[k].ink, size), stamps[k].name),
      html("td", { class: "bar" }, html("span", { style: `width:${(100 * count) / pixels}%` }),
        html("i", {})),
      html("td", {}, String(count)));
    this.table.replaceChildren(html("table", { "aria-label": `Pixels alike, of ${pixels}` },
      html("thead", {}, html("tr", {}, html("th", {}, "stored"),
        html("th", { colspan: 2 }, `pixels alike, of ${pixels}`))),
      html("tbody", {}, ...agree.map(row))));
  }
}

function thumbnail(ink, size) {
  const pixel = (unit) => svg("rect", {
    x: unit % size, y: Math.floor(unit / size), width: 1.05, height: 1.05,
  });
  const inked = range(ink.length).filter((unit) => ink[unit] === "1");
  return svg("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" },
    ...inked.map(pixel));
}

export default explorable(Hopfield);
