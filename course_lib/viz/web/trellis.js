// The trellis: days across, states down, drawn from the frames that trellis.py computed.
// What a step means and what a cell says is the lesson's business (viterbi.js); this wires it to
// the drawing (grid.js), the panels and the controls.

import { format, html, menu, radios, range, relation, stepper, svg } from "./parts.js";
import { grid, layout } from "./grid.js";
import { formulaPanel, modelTable } from "./panels.js";
import { viterbi } from "./viterbi.js";

const MOST_SLOTS = 12;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Trellis {
  constructor(model, el, lesson) {
    const settings = model.get("settings");
    Object.assign(this, { model, lesson, settings, step: model.get("step"), row: 0, focus: null, place: null });
    const names = settings.tables.map((table) => table.name);
    this.stepper = stepper((step) => this.go(step));
    this.tables = menu("Probabilities", names, 0, (index) => this.ask(index, this.x));
    this.status = html("p", { class: "status" });
    this.path = html("p", { class: "path" });
    this.drawing = svg("svg", { role: "group", "aria-label": "Trellis: days across, states down" });
    this.days = html("div", { class: "days" });
    const canvas = html("div", { class: "canvas" }, this.drawing, this.days);
    this.box = html("div", { class: "scroll" }, canvas);
    this.formula = html("div", { class: "formula" });
    this.table = html("div", { class: "scroll" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    this.tables.hidden = names.length === 1;
    el.style.setProperty("--states", settings.states.length);
    el.style.setProperty("--rows", this.rows());
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, settings.title), this.tables),
      this.stepper.node,
      html("div", { class: "line" }, this.status, this.path),
      this.box,
      html("div", { class: "below" }, this.formula, this.table),
      this.spoken,
    );
    this.drawing.addEventListener("keydown", (event) => this.move(event));
    this.load();
    this.observer = new ResizeObserver(() => this.build());
    this.observer.observe(this.box);
  }

  /** How many lines the control of a day takes: buttons while they are few, a menu beyond. */
  rows() {
    return this.settings.symbols.length <= 4 ? this.settings.symbols.length : 1;
  }

  /** Take the chosen frame, if it is there, and draw it. */
  load() {
    const choice = this.model.get("choice");
    const frame = this.model.get("frames")[choice];
    if (!frame) return;
    const { tables, states, symbols, words } = this.settings;
    const [index, seen] = choice.split(":");
    const inLogs = (text) => (frame.log ? `ln ${text}` : text);
    this.index = Number(index);
    this.x = seen.split(",").map(Number);
    this.scene = {
      frame, x: this.x, n: this.x.length, K: states.length, table: tables[this.index],
      letter: (s) => states[s],
      word: { state: (s) => words[states[s]] ?? states[s], symbol: (m) => words[symbols[m]] ?? symbols[m] },
      inLogs, factor: (value) => inLogs(format(value)), times: frame.log ? "+" : "×",
    };
    this.tables.querySelector("select").selectedIndex = this.index;
    this.width = 0;
    this.build();
  }

  /** Choose a table and observations; where there is a kernel it computes what is not stored. */
  ask(index, x) {
    const key = `${index}:${x.join(",")}`;
    this.model.set(key in this.model.get("frames") ? "choice" : "wanted", key);
    this.model.save_changes();
  }

  can(index, x) {
    return Boolean(this.model.get("live")) || `${index}:${x.join(",")}` in this.model.get("frames");
  }

  go(step) {
    this.step = Math.max(0, Math.min(step, this.lesson.lastStep(this.scene.n)));
    if (this.step !== this.model.get("step")) {
      this.model.set("step", this.step);
      this.model.save_changes();
    }
    if (this.place) this.update();
  }

  /** Lay out cells, arrows and controls anew; how they look at a step is left to `update`. */
  build() {
    const width = Math.floor(this.box.clientWidth);
    if (!width || width === this.width) return;
    this.width = width;
    this.place = layout(width, this.scene.n, this.scene.K);
    const held = this.drawing.contains(document.activeElement);
    const { cells, arrows, nodes } = grid(this.scene, this.place, (...cell) => this.look(...cell));
    Object.assign(this, { cells, arrows });
    this.drawing.setAttribute("class", this.place.roomy ? "" : "compact");
    this.drawing.setAttribute("width", this.place.width);
    this.drawing.setAttribute("height", this.place.height);
    this.drawing.replaceChildren(...nodes);
    this.buildDays();
    this.go(this.step);
    if (held) this.at(this.focus)?.node.focus();
  }

  /** The observations as controls, each under its day. */
  buildDays() {
    const { place, index, x, scene: { word } } = this;
    const { symbols, seen } = this.settings;
    const names = symbols.map((_, m) => word.symbol(m));
    const put = (node, middle, width) => {
      Object.assign(node.style, { left: `${middle - width / 2}px`, width: `${width}px` });
      return node;
    };
    const columns = x.map((now, t) => {
      const instead = (m) => x.map((old, i) => (i === t ? m : old));
      const enabled = (m) => this.can(index, instead(m));
      const choose = (m) => this.ask(index, instead(m));
      const label = `${seen} on day ${t + 1}`;
      const control = symbols.length <= 4
        ? radios(label, symbols.map((symbol) => this.face(symbol)), names, now, enabled, choose)
        : menu(label, names, now, choose, enabled);
      return put(control, place.x(t), Math.min(place.node, 72));
    });
    if (place.roomy) columns.push(put(html("span", { class: "seen" }, seen), place.startX + 24, 64));
    if (this.model.get("live")) columns.push(put(this.length(), place.x(x.length), 34));
    const focusable = () => [...this.days.querySelectorAll("input, select, button")];
    const held = focusable().indexOf(document.activeElement);
    this.days.replaceChildren(...columns);
    focusable()[held]?.focus({ preventScroll: true });
  }

  /** One day more or less, where there is a kernel to ask. */
  length() {
    const { index, x } = this;
    const more = { type: "button", title: "One day more", onclick: () => this.ask(index, [...x, x.at(-1)]) };
    const less = { type: "button", title: "One day less", onclick: () => this.ask(index, x.slice(0, -1)) };
    const shortest = x.length === 1;
    return html("div", { class: "length" },
      html("button", more, "+"), html("button", { ...less, disabled: shortest }, "−"));
  }

  face(symbol) {
    if (this.settings.picture !== "cone") return html("span", { class: "face" }, symbol);
    const cone = () => svg("svg", { viewBox: "0 0 12 18", width: 13, height: 19.5 },
      svg("path", { class: "waffle", d: "M1.5 7h9L6 17.5z" }),
      svg("path", { class: "scoop", d: "M.8 7.2a5.2 5.2 0 1 1 10.4 0z" }));
    return html("span", { class: "face" }, ...range(Number(symbol)).map(cone));
  }

  /** Show the step: which cells are reached, which arrows won, what is known of the path. */
  update() {
    const { lesson, step } = this;
    const scene = { ...this.scene, step };
    for (const cell of this.cells) {
      cell.reached = lesson.reached(scene, cell.day);
      cell.node.classList.toggle("reached", cell.reached);
      cell.marker.classList.toggle("path", lesson.cellOnPath(scene, cell));
      cell.node.setAttribute("aria-label", this.label(cell));
    }
    for (const { node, ...arrow } of this.arrows) {
      const reached = lesson.reached(scene, arrow.day);
      node.classList.toggle("reached", reached);
      node.classList.toggle("won", reached && arrow.won);
      node.classList.toggle("path", lesson.arrowOnPath(scene, arrow));
    }
    this.status.textContent = lesson.sentence(scene);
    this.stepper.set(step, lesson.stepNames(scene.n), this.status.textContent);
    this.showPath(scene);
    this.focus = lesson.subject(scene, this.row);
    this.showFocus();
  }

  showPath(scene) {
    const { frame, letter } = scene;
    const from = this.lesson.known(scene);
    const slots = frame.path.map((s, t) =>
      html("b", t < from ? {} : { class: `state-${s % 6}` }, t < from ? "?" : letter(s)));
    const [name, best] = [frame.log ? "ln P" : "P", format(frame.best)];
    const value = this.lesson.ended(scene) ? ` ${name} ${relation([frame.best])} ${best}` : "";
    const shown = slots.length <= MOST_SLOTS ? slots : []; // The trellis itself shows the others.
    this.path.replaceChildren("Best path ", html("span", { class: "slots" }, ...shown), value);
  }

  label({ day, state }) {
    const { n, frame, word, table } = this.scene;
    if (day === n) return `${table.stop ? "STOP" : "End"}: best ${format(frame.best)}`;
    const from = day > 0 ? `, best from ${word.state(frame.back[day - 1][state])}` : "";
    return `Day ${day + 1}, ${word.state(state)}: score ${format(frame.score[day][state])}${from}`;
  }

  at(place) {
    return place && this.cells.find(({ day, state }) => day === place.day && state === place.state);
  }

  look(day, state) {
    if (!this.at({ day, state }).reached) return;
    this.focus = { day, state };
    if (day < this.scene.n) this.row = state;
    this.showFocus();
  }

  /** Mark the cell in focus, and tell what stands behind it. */
  showFocus() {
    const { focus, scene, place } = this;
    const focused = this.at(focus);
    for (const cell of this.cells) {
      cell.node.classList.toggle("focus", cell === focused);
      cell.node.setAttribute("aria-pressed", cell === focused);
      if (cell.reached) cell.node.setAttribute("tabindex", cell === focused ? 0 : -1);
      else cell.node.removeAttribute("tabindex");
    }
    for (const { day, to, node } of this.arrows) {
      const into = Boolean(focus) && day === focus.day && to === focus.state;
      node.classList.toggle("into", into);
      node.classList.toggle("labelled", into || place.airy);
    }
    const says = focus && this.lesson.formula(scene, focus);
    this.formula.className = `formula ${focus && focus.day < scene.n ? `state-${focus.state % 6}` : ""}`;
    this.table.className = this.formula.className.replace("formula", "scroll");
    this.formula.replaceChildren(...(says ? formulaPanel(says) : [this.settings.legend]));
    this.table.replaceChildren(modelTable(scene.table, this.settings, says?.uses ?? []));
    this.spoken.textContent = `${this.status.textContent} ${this.formula.firstChild.textContent}`;
    if (focus && place.width > this.width) this.box.scrollLeft = place.x(focus.day) - this.width / 2;
  }

  /** Arrow keys go from cell to cell, as far as they are reached. */
  move(event) {
    const move = MOVES[event.key];
    if (!move || !this.focus) return;
    event.preventDefault();
    const { n, K } = this.scene;
    const day = this.focus.day + move[0];
    const state = day === n ? 0 : (this.focus.day === n ? this.row : this.focus.state) + move[1];
    const to = state >= 0 && state < K && this.at({ day, state });
    if (to?.reached) to.node.focus();
  }
}

function render({ model, el }) {
  if (!el.closest(".explorable")) el.classList.add("explorable");
  const trellis = new Trellis(model, el, viterbi);
  const load = () => trellis.load();
  const go = () => trellis.step !== model.get("step") && trellis.go(model.get("step"));
  const listeners = { "change:choice": load, "change:frames": load, "change:step": go };
  Object.entries(listeners).forEach(([event, listener]) => model.on(event, listener));
  return () => {
    trellis.observer.disconnect();
    Object.entries(listeners).forEach(([event, listener]) => model.off(event, listener));
  };
}

export default { render };
