// What nobody wrote down: how hot each day of a diary seems, after so many steps of EM. The reader
// changes days and takes steps; all numbers were stored by learning.py.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, range, stepper, svg } from "./parts.js";
import { modelTable } from "./panels.js";

const [CURVE_WIDTH, CURVE_HEIGHT] = [200, 96]; // Of the log likelihood's drawing, in pixels.

class Learning extends Figure {
  constructor(model, el) {
    super(model);
    const { title, starts, weather } = this.settings;
    this.stepper = stepper((step) => this.go(step));
    this.starts = menu("Start from", starts, 0, (index) => this.begin(index));
    this.starts.hidden = starts.length === 1;
    this.undo = html("button", {
      type: "button", class: "wide",
      onclick: () => this.ask(this.key(this.start, this.settings.records)),
    }, "Diary as it was");
    this.truth = html("input", { type: "checkbox", onchange: () => this.show() });
    this.status = html("p", { class: "status" });
    this.diary = html("div", { class: "diary" });
    this.table = html("div", { class: "scroll" });
    this.curve = svg("svg", { role: "img", width: CURVE_WIDTH, height: CURVE_HEIGHT });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    const truth = html("label", { class: "menu", hidden: !weather }, this.truth,
      html("span", {}, "show the real weather"));
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.starts),
      this.stepper.node,
      html("div", { class: "line" }, this.status),
      this.diary,
      html("p", { class: "hint" },
        `A column: how probable “${this.state(1)}” is on that day. A line across: the same, with `
        + "the diary as it was. Press a number to change it."),
      html("div", { class: "line" }, truth, this.undo),
      html("div", { class: "below learned" }, this.table,
        html("div", { class: "canvas" }, this.curve)),
      this.spoken,
    );
  }

  key(start, records) {
    return `${start}:${records.map((record) => record.join()).join("/")}`;
  }

  /** Start from other tables; if they are not stored for a changed diary, from the unchanged one. */
  begin(start) {
    const changed = this.key(start, this.records);
    this.ask(this.can(changed) ? changed : this.key(start, this.settings.records));
  }

  take(frame, key) {
    const [start, diary] = key.split(":");
    this.start = Number(start);
    this.records = diary.split("/").map((record) => record.split(",").map(Number));
    pick(this.starts, this.start);
    this.frame = frame;
    this.before = this.model.get("frames")[this.key(start, this.settings.records)];
    this.go(this.model.get("step"));
  }

  go(step) {
    this.arrive(step, this.settings.steps.length - 1);
    this.show();
  }

  show() {
    const { steps } = this.settings;
    const now = this.frame.steps[this.step];
    this.status.textContent = this.sentence(now);
    this.spoken.textContent = `${this.status.textContent} ${this.told(now)}`;
    this.stepper.set(this.step, steps.map(String), this.status.textContent);
    this.undo.hidden = !this.changes().length;
    this.showDiary(now);
    this.table.replaceChildren(
      modelTable({ name: "The tables", ...now, stop: null }, this.settings, []));
    this.showCurve();
  }

  sentence(now) {
    const done = this.settings.steps[this.step];
    const steps = done === 0 ? "Before the first step" : `After ${done} step${done === 1 ? "" : "s"}`;
    const changes = this.changes();
    const changed = changes.length === 1 ? ` ${changes[0]}.` : changes.length
      ? ` ${changes.length} days are changed.` : "";
    return `${steps}: ln P(diary) = ${format(now.log)}.${changed}`;
  }

  /** The days that differ from the diary as it was, in words. */
  changes() {
    const name = (m) => this.settings.words[this.settings.symbols[m]] ?? this.settings.symbols[m];
    return this.records.flatMap((record, i) => record.flatMap((now, t) => {
      const old = this.settings.records[i][t];
      return now === old ? [] : [`Record ${i + 1}, day ${t + 1}: ${name(now)} in place of ${name(old)}`];
    }));
  }

  /** The days that a screen reader is told of: how hot they seem. */
  told(now) {
    const hot = this.state(1);
    return now.days.map((days, i) =>
      `Record ${i + 1}, probability of ${hot} in per cent: ${days.join(", ")}.`).join(" ");
  }

  state(k) {
    const { states, words } = this.settings;
    return words[states[k]] ?? states[k];
  }

  showDiary(now) {
    const used = [...this.diary.querySelectorAll("button")].indexOf(document.activeElement);
    this.diary.replaceChildren(...this.records.map((record, i) => {
      const days = record.map((symbol, t) => this.day(i, t, symbol, now));
      return html("div", { class: "record", role: "group", "aria-label": `Record ${i + 1}` }, ...days);
    }));
    this.diary.querySelectorAll("button")[used]?.focus({ preventScroll: true });
  }

  /** A day: how probable the second state is, as a column, and a button that changes what was seen. */
  day(i, t, symbol, now) {
    const { states, symbols, weather, words, seen } = this.settings;
    const [hot, old] = [now.days[i][t], this.before?.steps[this.step].days[i][t] ?? now.days[i][t]];
    const changed = symbol !== this.settings.records[i][t];
    const other = this.changed(i, t, (symbol + 1) % symbols.length);
    const can = this.model.get("live") || this.key(this.start, other) in this.model.get("frames");
    const name = words[symbols[symbol]] ?? `${symbols[symbol]} ${seen}`;
    const label = `Day ${t + 1}: ${name}, ${hot} per cent ${this.state(1)}.`
      + (can ? " Press to change." : "");
    const real = weather?.[i][t];
    const shown = this.truth.checked && weather;
    return html("div", { class: `one state-${hot >= 50 ? 1 : 0}` },
      html("span", { class: "column", "aria-hidden": "true" },
        html("span", { style: `height:${hot}%` }),
        html("i", { style: `bottom:${old}%`, hidden: old === hot })),
      html("b", {
        class: shown ? `state-${real}` : "", "aria-hidden": "true",
      }, shown ? states[real] : "?"),
      html("button", {
        type: "button", "aria-label": label, title: label, class: changed ? "changed" : "",
        disabled: !can, onclick: () => this.ask(this.key(this.start, other)),
      }, symbols[symbol]));
  }

  /** The records with a day changed. A page without a kernel stores one changed day at a time. */
  changed(i, t, symbol) {
    const records = this.model.get("live") ? this.records : this.settings.records;
    return records.map((record, k) =>
      (k === i ? record.map((old, day) => (day === t ? symbol : old)) : record));
  }

  /** The log likelihood after each step, with the present one marked. */
  showCurve() {
    const logs = this.frame.steps.map((one) => one.log);
    const [low, high] = [Math.min(...logs), Math.max(...logs)];
    const x = (i) => 10 + i * (CURVE_WIDTH - 20) / (logs.length - 1);
    const y = (log) => 26 + (CURVE_HEIGHT - 38) * (high === low ? 0 : (high - log) / (high - low));
    const line = logs.map((log, i) => `${x(i)},${y(log)}`).join(" ");
    this.curve.setAttribute("aria-label",
      `The log likelihood rises from ${format(logs[0])} to ${format(logs.at(-1))}.`);
    this.curve.replaceChildren(
      svg("text", { class: "day", x: CURVE_WIDTH / 2, y: 14 }, "ln P(diary), step by step"),
      svg("polyline", { class: "curve", points: line }),
      ...range(logs.length).map((i) => svg("circle", {
        class: i === this.step ? "dot now" : "dot", cx: x(i), cy: y(logs[i]), r: i === this.step ? 6 : 3,
      })));
  }
}

export default explorable(Learning);
