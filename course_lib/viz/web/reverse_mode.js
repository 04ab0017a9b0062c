// A computation graph: forward node by node, then backward by version A or version B.
// Values, slopes and every sum are reverse_mode.py's; here they are looked up and drawn.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, relation, stepper, svg } from "./parts.js";
import { HEAD, STEP, TALL, arrow, rectangle } from "./rectangles.js";

const MOST_SPREAD = 2.2; // The layout may be drawn out so far where there is room.
const [FORWARD, BACKWARD] = ["state-0", "state-1"];

const inBrackets = (value) => (value < 0 ? `(${format(value)})` : format(value));

class ReverseMode extends Figure {
  constructor(model, el) {
    super(model);
    const { title, programs, versions } = this.settings;
    this.stepper = stepper((step) => this.go(step));
    this.programs = menu("Program", programs.map(({ name }) => name), 0, (i) =>
      this.choose(i, programs[i].values[0]));
    this.knob = html("span");
    this.versions = menu("Backward", versions.map((name) => `version ${name}`), 0, () =>
      this.choose());
    this.status = html("p", { class: "status" });
    this.drawing = svg("svg", { role: "img" });
    this.box = html("div", { class: "scroll" }, html("div", { class: "canvas" }, this.drawing));
    this.formulas = html("div");
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.programs,
        this.knob, this.versions),
      this.stepper.node,
      html("div", { class: "line" }, this.status),
      html("div", { class: "graph" }, this.box, this.formulas),
      this.spoken,
    );
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(el);
  }

  choose(program = this.number, value = this.value) {
    this.ask(`${program}:${value}:${this.settings.versions[picked(this.versions)]}`);
  }

  take(frame, key) {
    const [number, value, version] = key.split(":");
    const sameGraph = this.number === Number(number);
    [this.number, this.value, this.version] = [Number(number), value, version];
    this.frame = frame;
    this.graph = this.settings.programs[this.number];
    pick(this.programs, this.number);
    pick(this.versions, this.settings.versions.indexOf(version));
    this.steps = this.stepsOf(frame);
    if (!sameGraph || !this.knob.contains(document.activeElement)) this.showKnob();
    if (!sameGraph) this.width = null;
    this.draw();
    this.go(this.model.get("step"));
  }

  /** The input that may be turned: stored values on a page, any number where there is a kernel. */
  showKnob() {
    const { knob, values } = this.graph;
    const change = (event) => this.choose(this.number, String(Number(event.target.value)));
    const control = this.model.get("live")
      ? html("label", { class: "menu" }, html("span", {}, knob),
        html("input", {
          type: "number", step: "any", value: this.value, onchange: change,
          // JupyterLab takes the Enter that a browser would make a change of.
          onkeydown: (event) => event.key === "Enter" && change(event),
        }))
      : menu(knob, values, values.indexOf(this.value), (i) => this.choose(this.number, values[i]));
    this.knob.replaceChildren(control);
  }

  /** Every computed node forward, the 1 to begin with, and the visits of the way back. */
  stepsOf({ visits }) {
    const computed = this.graph.signs.flatMap((sign, node) => (sign ? [{ node }] : []));
    const back = visits.map(([node, edges, after]) =>
      (this.version === "A" ? { node, edges, after } : { node, shares: edges }));
    return [...computed.map((one) => ({ ...one, kind: "forward" })), { kind: "begin" },
      ...back.map((one) => ({ ...one, kind: "visit" }))];
  }

  /** Lay the graph out for the width there is; `go` says what is known of it. */
  draw() {
    const room = Math.floor(this.box.clientWidth);
    if (!room || room === this.room && this.width) return;
    const { x, layer, names, signs, edges, ways, arrivals } = this.graph;
    const { box } = this.settings;
    const needed = Math.max(...x, ...ways.flat().map(([at]) => at)) + box / 2;
    this.room = room;
    this.width = Math.max(needed, Math.min(room, MOST_SPREAD * needed));
    const spread = (this.width - box - 4) / Math.max(needed - box, 1);
    const height = HEAD + TALL + Math.max(...layer) * STEP + 4;
    const X = (at) => 2 + box / 2 + (at - box / 2) * spread;
    const Y = (level) => height - 2 - TALL / 2 - level * STEP;
    this.nodes = names.map((name, i) => rectangle(X(x[i]), Y(layer[i]), box, name, signs[i]));
    this.edges = edges.map(([, to], e) =>
      arrow(ways[e].map(([at, level]) => [X(at), Y(level)]), X(x[to]), arrivals[e] * box));
    this.drawing.setAttribute("width", this.width);
    this.drawing.setAttribute("height", height);
    const drawn = [...this.edges, ...this.nodes].map(({ node }) => node);
    this.drawing.replaceChildren(...drawn, ...this.edges.map(({ label }) => label));
    if (this.step !== undefined) this.go(this.step);
  }

  /** Show what is known after a step, and how the step's numbers come about. */
  go(step) {
    this.arrive(step, this.steps.length);
    this.known();
    const now = this.steps[this.step - 1];
    const says = this.sentence(now);
    this.status.textContent = says;
    const marks = ["start", ...this.steps.map(({ node }) => this.graph.names[node] ?? "1")];
    this.stepper.set(this.step, marks, says);
    if (this.width) this.mark(now);
    const lines = this.lines(now);
    const back = now && now.kind !== "forward";
    this.formulas.className = `formula ${back ? BACKWARD : FORWARD}`;
    this.formulas.replaceChildren(...lines.map(([symbols, numbers]) =>
      html("p", {}, html("span", {}, symbols), " ", html("span", {}, numbers))));
    this.spoken.textContent = [says, ...lines.map(([, numbers]) => numbers)].join("; ");
  }

  /** Which values and derivatives there are by now: the steps taken so far put them there. */
  known() {
    const { names, signs } = this.graph;
    const done = this.steps.slice(0, this.step);
    const computed = new Set(done.filter(({ kind }) => kind === "forward").map(({ node }) => node));
    this.values = names.map((_, i) =>
      (!signs[i] || computed.has(i) ? this.frame.values[i] : undefined));
    const begun = done.some(({ kind }) => kind === "begin");
    const nothing = begun && this.version === "B" ? 0 : undefined;
    this.grads = names.map((_, i) => (begun && i === names.length - 1 ? 1 : nothing));
    for (const { kind, node, after, shares } of done) {
      if (kind !== "visit") continue;
      if (!shares) this.grads[node] = after;
      else shares.forEach(([edge, , sum]) => { this.grads[this.graph.edges[edge][0]] = sum; });
    }
  }

  sentence(now) {
    const { names } = this.graph;
    if (!now) return "The inputs are given. Press ▶ to go forward.";
    const name = names[now.node];
    if (now.kind === "forward") return `Forward: ${name} is computed, and its value stored.`;
    if (now.kind === "begin") {
      const rest = this.version === "B" ? " All other derivatives begin at 0." : "";
      return `Backward begins with the output's own derivative, 1.${rest}`;
    }
    if (now.shares) return `Version B visits ${name}: it hands on to each of its inputs.`;
    return `Version A visits ${name}: it collects from each node that uses it.`;
  }

  /** The formulas of a step, in letters and in numbers. */
  lines(now) {
    const { names, signs, edges } = this.graph;
    const { values, slopes } = this.frame;
    const y = names.at(-1);
    const d = (i) => `d${y}/d${names[i]}`;
    const equation = (way, used, result) => {
      const sign = relation([...used, result]);
      return `${way} ${sign} ${format(result)}`;
    };
    if (!now) return [["Each step will show its formula here, in letters and in numbers.", ""]];
    if (now.kind === "begin") return [[`d${y}/d${y} = 1`, ""]];
    const slope = (e) => `∂${names[edges[e][1]]}/∂${names[edges[e][0]]}`;
    if (now.kind === "forward") {
      const inputs = edges.filter(([, to]) => to === now.node).map(([from]) => from);
      const written = (parts) => (parts.length === 2
        ? parts.join(` ${signs[now.node]} `) : `${signs[now.node]}(${parts.join(", ")})`);
      const used = inputs.map((i) => values[i]);
      return [[`${names[now.node]} = ${written(inputs.map((i) => names[i]))}`,
        equation(written(used.map(inBrackets)), used, values[now.node])]];
    }
    if (!now.shares) {
      const parts = now.edges.map((e) => [d(edges[e][1]), slope(e)].join(" · "));
      const used = now.edges.flatMap((e) => [this.grads[edges[e][1]], slopes[e]]);
      const products = now.edges.map((e) =>
        `${inBrackets(this.grads[edges[e][1]])} × ${inBrackets(slopes[e])}`);
      return [[`${d(now.node)} = ${parts.join(" + ")}`,
        equation(products.join(" + "), used, now.after)]];
    }
    const own = this.grads[now.node];
    return now.shares.map(([e, before, after]) => [
      `${d(edges[e][0])} ← ${d(edges[e][0])} + ${d(now.node)} · ${slope(e)}`,
      equation(`${inBrackets(before)} + ${inBrackets(own)} × ${inBrackets(slopes[e])}`,
        [before, own, slopes[e]], after)]);
  }

  /** Light up the node that is visited, and the edges along which something flows. */
  mark(now) {
    const { edges, names } = this.graph;
    const back = Boolean(now) && now.kind !== "forward";
    const visited = now?.kind === "begin" ? names.length - 1 : now?.node;
    const flows = (e) => (now?.kind === "visit"
      ? (now.edges ?? now.shares.map(([edge]) => edge)).includes(e)
      : now?.kind === "forward" && edges[e][1] === now.node);
    this.nodes.forEach(({ node, value, grad }, i) => {
      const [known, derivative] = [this.values[i], this.grads[i]];
      value.textContent = known === undefined ? "" : format(known);
      grad.textContent = derivative === undefined ? "" : format(derivative);
      node.classList.toggle("reached", known !== undefined);
      node.classList.toggle("focus", i === visited);
      node.classList.toggle(BACKWARD, back && i === visited);
    });
    this.edges.forEach(({ node, label }, e) => {
      node.classList.toggle("won", flows(e));
      node.classList.toggle("into", flows(e) && back);
      node.classList.toggle(BACKWARD, flows(e) && back);
      label.textContent = flows(e) && back ? format(this.frame.slopes[e]) : "";
    });
    const told = names.map((name, i) => (this.values[i] === undefined ? ""
      : `${name} ${format(this.values[i])}`)).filter(Boolean).join(", ");
    this.drawing.setAttribute("aria-label", `A computation graph. Known: ${told}.`);
  }
}

export default explorable(ReverseMode);
