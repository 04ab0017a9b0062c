// Gates of an LSTM or a GRU over a sequence: a column for each hour, a row for each gate and value.
// Where gates are set by hand, every setting is a stored frame of gates.py's.

import { Figure, explorable } from "./frame.js";
import { format, html, menu, pick, picked, range, relation, stepper, subscript } from "./parts.js";

const GATED = { lstm: 3, gru: 2 }; // So many of a cell's rows are gates.
const short = (value) => format(Math.round(value * 1000) / 1000, 3);
const factor = (value) => (value < 0 ? `(${short(value)})` : short(value));

class Gates extends Figure {
  constructor(model, el) {
    super(model);
    const { title, models, nights, start, hours } = this.settings;
    this.bits = { ...start };
    this.out = hours.map((_, t) => t === hours.length - 1);
    this.stepper = stepper((step) => this.go(step));
    this.cells = menu("Cell", models.map(({ name }) => name), 0, (i) => this.choose(i));
    this.nights = menu("Night", nights, 0, (i) => this.ask(`${this.id}:${i}`));
    this.status = html("p", { class: "status" });
    this.table = html("div", { class: "scroll" });
    this.formula = html("div", { class: "formula state-0" });
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    el.replaceChildren(
      html("div", { class: "line" }, html("strong", { class: "title" }, title), this.cells,
        this.nights),
      this.stepper.node,
      html("div", { class: "line" }, this.status),
      html("div", { class: "gates" }, this.table, this.formula),
      this.spoken,
    );
  }

  /** Choose one of the cells: those set by hand as they were left, the others with a night. */
  choose(i) {
    const { id } = this.settings.models[i];
    const night = Math.max(0, picked(this.nights));
    this.ask(`${id}:${id in this.bits ? this.bits[id] : night}`);
  }

  take(frame, key) {
    const { models, nights, tokens, hours } = this.settings;
    const [id, rest] = key.split(":");
    this.id = id;
    this.cell = id.split("-")[0];
    this.manual = id in this.bits;
    if (this.manual) this.bits[id] = rest;
    const index = models.findIndex((one) => one.id === id);
    this.names = models[index].rows;
    this.hours = this.manual ? hours : tokens[Number(rest)];
    this.says = frame.says;
    this.reach = frame.reach;
    this.rows = this.manual ? this.assemble(frame, rest) : frame.rows;
    pick(this.cells, index);
    this.nights.hidden = this.manual;
    if (!this.manual) pick(this.nights, Number(rest) % nights.length);
    this.go(this.model.get("step"));
  }

  /** Put the gates as they are set above what Python found for them. */
  assemble(frame, bits) {
    const T = this.hours.length;
    const set = range(2).map((gate) => range(T).map((t) => Number(bits[gate * T + t])));
    if (this.cell === "gru") return [...set, frame.made, frame.kept];
    const out = this.out.map(Number);
    const shown = frame.shown.map((value, t) => (out[t] ? value : 0));
    return [...set, out, this.settings.content, frame.kept, shown];
  }

  /** Open or shut a gate; the output gate only chooses what of a stored frame is shown. */
  toggle(row, t) {
    this.focused = [row, t];
    if (row === 2) {
      this.out[t] = !this.out[t];
      return this.load();
    }
    const place = row * this.hours.length + t;
    const bits = [...this.bits[this.id]];
    bits[place] = bits[place] === "1" ? "0" : "1";
    return this.ask(`${this.id}:${bits.join("")}`);
  }

  go(step) {
    const T = this.hours.length;
    this.arrive(step, T);
    this.status.textContent = this.sentence();
    this.stepper.set(this.step, ["start", ...range(T).map((t) => String(t + 1))],
      this.status.textContent);
    this.formula.replaceChildren(...this.formulas());
    this.draw();
    const told = [...this.formula.children].map((line) => line.textContent).join("; ");
    this.spoken.textContent = `${this.status.textContent} ${told}`;
  }

  sentence() {
    const { step, hours, says } = this;
    if (step === 0) {
      return this.manual ? "Open (o) or shut (–) the gates, then go through the hours."
        : "It was asked every hour which door opened last. Go through the hours.";
    }
    const t = step - 1;
    const gates = range(GATED[this.cell]).map((row) => {
      const value = this.rows[row][t];
      const name = this.names[row].split(" gate")[0];
      return `${name} ${value > 0.95 ? "open" : value < 0.05 ? "shut" : `at ${format(value, 2)}`}`;
    });
    const answer = says ? ` It says: ${says[t]}.` : "";
    return `Hour ${step}, ${hours[t]}. Gates: ${gates.join(", ")}.${answer}`;
  }

  formulas() {
    const { step, rows, cell } = this;
    if (step === 0) return [html("p", {}, "Each hour shows its formula here.")];
    const t = step - 1;
    const [now, last] = [subscript(step), subscript(step - 1)];
    const line = (letters, numbers, values, result) => html("p", {}, html("span", {}, letters), " ",
      html("span", {}, `= ${numbers} ${relation([...values, result], 3)} `,
        html("b", {}, short(result))));
    if (cell === "gru") {
      const [z, , made, h] = rows.map((row) => row[t]);
      const old = t ? rows[3][t - 1] : 0;
      return [line(`h${now} = (1 − z${now}) h${last} + z${now} h̃${now}`,
        `${factor(1 - z)} × ${factor(old)} + ${factor(z)} × ${factor(made)}`, [z, old, made], h)];
    }
    const [i, f, o, g, c, h] = rows.map((row) => row[t]);
    const old = t ? rows[4][t - 1] : 0;
    return [
      line(`c${now} = f${now} c${last} + i${now} g${now}`,
        `${factor(f)} × ${factor(old)} + ${factor(i)} × ${factor(g)}`, [f, old, i, g], c),
      line(`h${now} = o${now} tanh(c${now})`, `${factor(o)} × tanh(${short(c)})`, [o, c], h),
    ];
  }

  draw() {
    const { hours, names, rows, step, says, reach } = this;
    const head = (text) => html("th", { scope: "row" }, text);
    const row = (name, values, cell) => html("tr", {}, head(name), ...values.map(cell));
    const known = (t) => t < step;
    const body = rows.map((values, r) => row(names[r], values, (value, t) =>
      (r < GATED[this.cell] ? this.gate(value, r, t) : this.value(value, known(t), t))));
    if (says) body.push(row("says", says, (text, t) => this.text(known(t) ? text : "", t)));
    if (reach) {
      const whole = step === hours.length;
      body.push(row("gradient", reach, (value, t) => this.value(value, whole, t)));
    }
    const heads = hours.map((name, t) =>
      html("th", { scope: "col", class: t === step - 1 ? "now" : "" }, name));
    const again = this.focused && this.table.contains(document.activeElement);
    this.table.replaceChildren(html("table", { "aria-label": "Gates and values, hour by hour" },
      html("thead", {}, html("tr", {}, html("td"), ...heads)), html("tbody", {}, ...body)));
    if (again) this.table.querySelector(`[data-gate="${this.focused}"]`)?.focus();
  }

  /** A gate is as full as it is open; one set by hand is a button. */
  gate(value, r, t) {
    const sign = value > 0.95 ? "o" : value < 0.05 ? "–" : format(value, 1).replace("0.", ".");
    const style = `--open: ${value}`;
    const seen = this.manual || t < this.step;
    const face = this.manual
      ? html("button", {
        type: "button", class: "gate", style, "data-gate": `${r},${t}`, "aria-pressed": String(value > 0.5),
        "aria-label": `${this.names[r]}, hour ${t + 1}`, onclick: () => this.toggle(r, t),
      }, sign)
      : html("span", { class: "gate", style: seen ? style : "--open: 0" }, seen ? sign : "");
    return html("td", { class: `state-2 ${t === this.step - 1 ? "now" : ""}` }, face);
  }

  value(value, known, t) {
    const tone = value < 0 ? "state-1" : "state-0";
    const style = `--size: ${known ? Math.min(1, Math.abs(value)) : 0}`;
    return html("td", { class: `${tone} ${t === this.step - 1 ? "now" : ""}` },
      html("span", { class: "value", style }, known ? format(value, 2) : ""));
  }

  text(text, t) {
    return html("td", { class: t === this.step - 1 ? "now" : "" }, text);
  }
}

export default explorable(Gates);
