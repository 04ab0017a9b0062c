// The stage of every lesson on a trellis: days across, states down, drawn from stored frames.
// What a step means and what a cell says is the lesson's business (viterbi.js, sums.js); this wires
// it to the drawing (grid.js), the panels and the controls.

import { Figure } from "./frame.js";
import { format, html, menu, pick, stepper, svg } from "./parts.js";
import { grid, layout } from "./grid.js";
import { lines, observed } from "./observed.js";
import { formulaPanel, modelTable } from "./panels.js";

const MOST_SLOTS = 12; // A longer path is read off the trellis.
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** What a lesson is told of: one frame, the tables and observations behind it, and its words. */
function sceneOf({ tables, states, symbols, words }, key, frame) {
  const [index, seen] = key.split(":");
  const x = seen.split(",").map(Number);
  const inLogs = (text) => (frame.log ? `ln ${text}` : text);
  return {
    frame, index: Number(index), x, n: x.length, K: states.length, table: tables[index],
    letter: (s) => states[s],
    word: {
      state: (s) => words[states[s]] ?? states[s],
      symbol: (m) => words[symbols[m]] ?? symbols[m],
    },
    inLogs, factor: (value) => inLogs(format(value)), times: frame.log ? "+" : "×",
  };
}

/** The factor with which a state explains the symbol of day t, and its words. */
export function emission({ table, x, word, factor, inLogs }, t, s) {
  const value = table.B[s][x[t]];
  const words = inLogs(`P(${word.symbol(x[t])} | ${word.state(s)})`);
  return { value, text: factor(value), words };
}

/** A figure on which a lesson is given. */
export class Stage extends Figure {
  constructor(model, el, lesson) {
    super(model);
    this.lesson = lesson;
    this.step = model.get("step");
    this.row = 0; // The state looked at, kept from day to day.
    this.focus = null;
    this.addParts(el);
    this.observer = new ResizeObserver(() => this.build());
    this.observer.observe(this.box);
  }

  addParts(el) {
    const { title, tables, states, symbols } = this.settings;
    const names = tables.map((table) => table.name);
    this.stepper = stepper((step) => this.go(step));
    this.tables = menu("Probabilities", names, 0, (index) => this.ask(`${index}:${this.scene.x}`));
    this.tables.hidden = names.length === 1;
    this.status = html("p", { class: "status" });
    this.path = html("p", { class: "best" });
    this.drawing = svg("svg", { role: "group", "aria-label": "Trellis: days across, states down" });
    this.drawing.addEventListener("keydown", (event) => this.move(event));
    this.days = html("div", { class: "days" });
    this.box = html("div", { class: "scroll" },
      html("div", { class: "canvas" }, this.drawing, this.days));
    this.box.addEventListener("focusin", ({ target }) => {
      const cell = this.cells.find(({ node }) => node === target);
      if (cell) this.look({ day: cell.day, state: cell.state });
    });
    this.formula = html("div");
    this.table = html("div");
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.style.setProperty("--states", states.length);
    el.style.setProperty("--rows", lines(symbols));
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.tables),
      this.stepper.node,
      html("div", { class: "line" }, this.status, this.path),
      this.box,
      html("div", { class: "below" }, this.formula, this.table),
      this.spoken,
    );
  }

  take(frame, key) {
    this.scene = sceneOf(this.settings, key, frame);
    pick(this.tables, this.scene.index);
    this.place = null;
    this.build();
  }

  /** Lay out cells, arrows and controls anew; how they look at a step is left to `update`. */
  build() {
    const { model, scene, settings, drawing, days, focus } = this;
    const width = Math.floor(this.box.clientWidth);
    if (!width || width === this.place?.given) return; // Not shown yet, or nothing new.
    const place = { given: width, ...layout(width, scene.n, scene.K) };
    const held = drawing.contains(document.activeElement);
    const { cells, arrows, nodes } = grid(scene, place, (day, state) => this.look({ day, state }));
    Object.assign(this, { place, cells, arrows });
    drawing.setAttribute("class", place.roomy ? "" : "compact");
    drawing.setAttribute("width", place.width);
    drawing.setAttribute("height", place.height);
    drawing.replaceChildren(...nodes);

    const controls = () => [...days.querySelectorAll("input, select, button")];
    const used = controls().indexOf(document.activeElement);
    days.replaceChildren(...observed(scene, settings, place, {
      live: model.get("live"),
      can: (x) => this.can(`${scene.index}:${x}`),
      choose: (x) => this.ask(`${scene.index}:${x}`),
    }));
    this.go(this.step);
    if (this.at(focus)?.reached) this.look(focus);
    if (held) this.at(this.focus)?.node.focus();
    controls()[used]?.focus({ preventScroll: true });
  }

  go(step) {
    this.arrive(step, this.lesson.lastStep(this.scene.n));
    if (this.place) this.update();
  }

  /** Show the step: which cells are reached, which arrows won, what is known of the path. */
  update() {
    const { lesson, step } = this;
    const scene = { ...this.scene, step };
    this.now = scene;
    for (const cell of this.cells) {
      cell.write(lesson.value(scene, cell));
      cell.reached = lesson.reached(scene, cell.day);
      cell.node.classList.toggle("reached", cell.reached);
      cell.node.setAttribute("aria-label", lesson.label(scene, cell));
      cell.node.setAttribute("aria-hidden", !cell.reached);
      cell.marker.classList.toggle("path", lesson.cellOnPath(scene, cell));
    }
    for (const { node, ...arrow } of this.arrows) {
      const passed = lesson.passed(scene, arrow);
      arrow.write(lesson.carried(scene, arrow));
      arrow.widen(lesson.width(scene, arrow));
      node.classList.toggle("reached", passed);
      node.classList.toggle("won", passed && lesson.won(scene, arrow));
      node.classList.toggle("path", lesson.arrowOnPath(scene, arrow));
    }
    this.status.textContent = lesson.sentence(scene);
    this.stepper.set(step, lesson.stepNames(scene.n), this.status.textContent);
    this.showOutcome(scene);
    this.focus = lesson.subject(scene, this.row);
    this.showFocus();
  }

  showOutcome(scene) {
    const { before, slots, after } = this.lesson.outcome(scene);
    const slot = (s) =>
      (s === null ? html("b", {}, "?") : html("b", { class: `state-${s % 6}` }, scene.letter(s)));
    const shown = scene.n <= MOST_SLOTS ? slots.map(slot) : [];
    this.path.replaceChildren(before, html("span", { class: "slots" }, ...shown), after);
  }

  at(place) {
    return place && this.cells.find(({ day, state }) => day === place.day && state === place.state);
  }

  look(focus) {
    if (!this.at(focus).reached) return;
    this.focus = focus;
    if (focus.day < this.scene.n) this.row = focus.state;
    this.showFocus();
  }

  /** Mark the cell in focus, and tell what stands behind it. */
  showFocus() {
    const { focus, scene, now, lesson, place } = this;
    const focused = this.at(focus);
    for (const cell of this.cells) {
      cell.node.classList.toggle("focus", cell === focused);
      cell.node.setAttribute("aria-pressed", cell === focused);
      if (cell.reached) cell.node.setAttribute("tabindex", cell === focused ? 0 : -1);
      else cell.node.removeAttribute("tabindex");
    }
    for (const { node, ...arrow } of this.arrows) {
      const into = Boolean(focus) && lesson.feeds(now, arrow, focus);
      node.classList.toggle("into", into);
      node.classList.toggle("labelled", into || place.airy);
    }
    const says = focus && lesson.formula(now, focus);
    const tone = focus && focus.day < scene.n ? `state-${focus.state % 6}` : "";
    this.formula.className = `formula ${tone}`;
    this.formula.replaceChildren(...(says ? formulaPanel(says) : [this.settings.legend]));
    this.table.className = `scroll ${tone}`;
    this.table.replaceChildren(modelTable(scene.table, this.settings, says?.uses ?? []));
    this.spoken.textContent = `${this.status.textContent} ${this.formula.firstChild.textContent}`;
    if (focus && place.width > place.given) {
      this.box.scrollLeft = place.x(focus.day) - place.given / 2;
    }
  }

  /** Arrow keys go from cell to cell, as far as they are reached. */
  move(event) {
    const move = MOVES[event.key];
    if (!move || !this.focus) return;
    event.preventDefault();
    const { n, K } = this.scene;
    const day = this.focus.day + move[0];
    const row = this.focus.day === n ? this.row : this.focus.state;
    const state = day === n ? 0 : row + move[1];
    const to = state >= 0 && state < K && this.at({ day, state });
    if (to?.reached) to.node.focus();
  }
}
