// A plane of codes, and the picture that a decoder draws at the place under the pointer.
// Pictures are latent_plane.py's, on a grid; between its places they are blended.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range, svg } from "./parts.js";
import { dial } from "./dial.js";
import { Plane, nearest } from "./plane.js";
import { runner } from "./runner.js";

const SIDE = 8; // Pixels along the edge of a picture.
const [ROUND, RADIUS] = [72, 1.5]; // Steps of the walk around, and its radius.
const RINGS = [1, 2];
const ROOM = 0.25; // Around the plane, for the numbers at its ends.

class LatentPlot extends Plane {
  names() {
    return svg("g", {}, this.text([this.high, this.low], -12, -7, "z₁"),
      this.text([this.low, this.high], 12, 14, "z₂"));
  }
}

class LatentPlane extends Figure {
  constructor(model, el) {
    super(model);
    const { title, networks, ticks } = this.settings;
    this.z = [0, 0];
    this.walked = 0;
    this.networks = menu("Network", networks, 0, () => this.choose());
    this.starts = menu("Start", [], 0, () => this.choose());
    const stop = (z) => { this.runner.pause(); this.point(z); };
    this.dials = [0, 1].map((k) => dial(["z₁", "z₂"][k], ticks, (index) =>
      stop(this.z.map((value, i) => (i === k ? ticks[index] : value)))));
    this.runner = runner("Walk around", {
      at: () => this.walked, last: () => ROUND, go: (step) => this.walk(step),
      rest: () => this.speak(),
    });
    this.plane = new LatentPlot([ticks[0] - ROOM, ticks.at(-1) + ROOM], "Numerals: where the encoder puts real digits",
      { place: (z) => stop(z) });
    const hover = (event) => {
      // A finger that moves over it scrolls the page.
      if (event.pointerType === "touch" || this.runner.running()) return;
      this.point(this.plane.under(event), false);
    };
    this.plane.drawing.addEventListener("pointermove", hover);
    this.plane.drawing.addEventListener("click", (event) => stop(this.plane.under(event)));
    this.plane.drawing.classList.add("latent");
    this.picture = svg("svg", { class: "decoded", role: "img", viewBox: `0 0 ${SIDE} ${SIDE}` });
    this.status = html("p", { class: "status" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.networks,
        this.starts),
      html("div", { class: "beside" }, this.plane.node,
        html("div", { class: "side" }, this.picture, ...this.dials.map(({ node }) => node),
          this.status, this.runner.node)),
      this.spoken,
    );
  }

  choose() {
    this.ask([this.networks, this.starts].map(picked).join(":"));
  }

  take(frame, key) {
    this.frame = frame;
    const [network, start] = key.split(":").map(Number);
    pick(this.networks, network);
    this.pickNumber(this.starts, start, this.settings.starts);
    this.points = frame.points.map(([z1, z2, label]) => {
      const [x, y] = this.plane.at([z1, z2]);
      return svg("text", { class: `name state-${label % 6}`, x, y: y + 4 }, String(label));
    });
    this.point(this.z);
  }

  walk(step) {
    this.walked = step;
    const angle = (2 * Math.PI * step) / ROUND;
    this.point([RADIUS * Math.cos(angle), RADIUS * Math.sin(angle)]);
  }

  /** Show what is drawn at a place; a pointer that passes by is not told aloud. */
  point(place, aloud = true) {
    const { ticks } = this.settings;
    this.z = place.map((value) => Math.max(ticks[0], Math.min(value, ticks.at(-1))));
    const [column, row] = this.z.map((value) => nearest(ticks, value));
    const at = row * ticks.length + column;
    const told = this.z.map((value) => format(Number(value.toFixed(2))));
    this.status.textContent = `z = (${told.join(", ")}). Of 1,000 real digits the nearest to this `
      + `picture is a ${this.frame.nearest[at]}, at distance ${this.frame.far[at].toFixed(1)}.`;
    [column, row].forEach((index, k) => this.dials[k].set(index));
    this.drawPlane();
    this.drawPicture();
    if (aloud && !this.runner.running()) this.speak();
  }

  drawPlane() {
    const [x, y] = this.plane.at(this.z);
    const [cx, cy] = this.plane.at([0, 0]);
    const rings = RINGS.map((r) =>
      svg("circle", { class: "ring", cx, cy, r: this.plane.at([r, 0])[0] - cx }));
    const place = svg("circle", { class: "place", cx: x, cy: y, r: 7 });
    const handle = svg("circle", { class: "handle", "data-drag": "place", cx: x, cy: y, r: 14 });
    const told = this.z.map((value) => value.toFixed(2)).join(", ");
    this.plane.show(`The latent plane, with the codes of ${this.points.length} real digits. `
      + `Chosen: (${told}).`, ...rings, ...this.points, place, handle);
  }

  /** The grey levels at the chosen place, between the four places of the grid around it. */
  levels() {
    const { ticks, levels } = this.settings;
    const last = ticks.length - 1;
    const share = this.z.map((value) => (last * (value - ticks[0])) / (ticks[last] - ticks[0]));
    const low = share.map((value) => Math.min(Math.floor(value), last - 1));
    const [u, v] = share.map((value, k) => value - low[k]);
    const corners = [[0, 0, (1 - u) * (1 - v)], [1, 0, u * (1 - v)], [0, 1, (1 - u) * v], [1, 1, u * v]];
    return range(SIDE * SIDE).map((pixel) => corners.reduce((sum, [right, up, weight]) => {
      const picture = this.frame.pictures[(low[1] + up) * ticks.length + low[0] + right];
      return sum + (weight * levels.indexOf(picture[pixel])) / (levels.length - 1);
    }, 0));
  }

  drawPicture() {
    this.picture.setAttribute("aria-label", `The picture drawn there. ${this.status.textContent}`);
    this.picture.replaceChildren(...this.levels().map((level, pixel) => {
      const grey = Math.round(255 * level);
      return svg("rect", { x: pixel % SIDE, y: Math.floor(pixel / SIDE), width: 1, height: 1,
        fill: `rgb(${grey},${grey},${grey})` });
    }));
  }
}

export default explorable(LatentPlane);
