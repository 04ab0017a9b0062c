// Forward, backward and posteriors as a lesson on the trellis: its steps, and what each cell and
// sentence says. Nothing is computed here: every number was stored by forward_backward.py. Day n,
// one past the last, is the end.

import { format, range, relation, subscript } from "./parts.js";
import { emission } from "./stage.js";

/** Start, each day, the end, each day again from the last to the first, and both together. */
const lastStep = (n) => 2 * n + 2;

function phase({ step, n }) {
  if (step <= n) return "forward";
  if (step === n + 1) return "end";
  return step < lastStep(n) ? "backward" : "both";
}

/** The day that a step backward is about. */
const today = ({ step, n }) => 2 * n + 1 - step;

function reached(scene, day) {
  const now = phase(scene);
  if (now === "forward") return day < scene.step;
  return now === "backward" ? day >= today(scene) : true;
}

function passed(scene, { day }) {
  return phase(scene) === "backward" ? day > today(scene) : reached(scene, day);
}

function value(scene, { day, state }) {
  const { frame, n } = scene;
  const now = phase(scene);
  if (day === n) return frame.total;
  const table = { forward: frame.alpha, end: frame.alpha, backward: frame.beta, both: frame.gamma };
  return table[now][day][state];
}

/** How probable it is, once all is seen, that the story takes an arrow. */
function taken({ frame, n }, { day, from, to }) {
  if (day === 0) return frame.gamma[0][to];
  return day < n ? frame.xi[day - 1]?.[to][from] ?? 0 : frame.gamma[n - 1][from];
}

/** What an arrow brings to a sum; at last, how probable it is that the story takes it. */
function carried(scene, { day, from, to }) {
  const { frame, table, n } = scene;
  const now = phase(scene);
  if (now === "both") return day === 0 ? undefined : taken(scene, { day, from, to });
  if (day === 0) return table.pi[to];
  if (day === n) return now === "backward" ? table.stop?.[from] : frame.end[from];
  return (now === "backward" ? frame.leaving : frame.arriving)[day - 1][to][from];
}

const width = (scene, arrow) => (phase(scene) === "both" ? 1 + 6 * taken(scene, arrow) : null);

function feeds(scene, { day, from, to }, focus) {
  if (phase(scene) === "backward") return day === focus.day + 1 && from === focus.state;
  return day === focus.day && to === focus.state;
}

const sure = (scene) => phase(scene) === "both" && scene.frame.possible;
const cellOnPath = (scene, { day, state }) => sure(scene) && scene.frame.guess[day] === state;

function stepNames(n) {
  const back = range(n).map((t) => String(n - t));
  return ["start", ...range(n).map((t) => String(t + 1)), "end", ...back, "both"];
}

function outcome(scene) {
  const { frame } = scene;
  const total = `${frame.log ? "ln P(x)" : "P(x)"} ${relation([frame.total])} ${format(frame.total)}`;
  return {
    before: sure(scene) ? "Best guess of each day " : "",
    slots: sure(scene) ? frame.guess : [],
    after: scene.step > scene.n ? ` ${total}` : "",
  };
}

function subject(scene, row) {
  const { step, n } = scene;
  const now = phase(scene);
  if (step === 0) return null;
  if (now === "forward") return { day: step - 1, state: row };
  if (now === "end") return { day: n, state: 0 };
  return { day: now === "backward" ? today(scene) : Math.floor((n - 1) / 2), state: row };
}

function sentence(scene) {
  const { step, n, x, frame, table, word } = scene;
  if (step === 0) return "Nothing is read yet. Move the slider, or press ▶.";
  const now = phase(scene);
  const seen = word.symbol(x[Math.min(step, n) - 1]);
  if (step === 1) return `Forward. Day 1, ${seen}: each story starts in a state.`;
  if (now === "forward") return `Forward. Day ${step}, ${seen}: each cell adds up all ways in.`;
  if (!frame.possible) return "No path can give these observations.";
  if (now === "end") return `All stories together${table.stop ? ", STOP included" : ""}: P(x).`;
  if (now === "both") return "Both together: forward times backward, divided by P(x).";
  if (today(scene) === n - 1) return `Backward. Day ${n}: nothing is left to be seen.`;
  return `Backward. Day ${today(scene) + 1}: how probable are the days after it?`;
}

const NAMES = { forward: "α", end: "α", backward: "β", both: "γ" };

function label(scene, { day, state }) {
  if (day === scene.n) return `P(x): ${format(scene.frame.total)}`;
  const kind = { forward: "forward", end: "forward", backward: "backward", both: "posterior" };
  const number = format(value(scene, { day, state }));
  return `Day ${day + 1}, ${scene.word.state(state)}: ${kind[phase(scene)]} ${number}`;
}

/** What stands behind one cell: the terms of its sum, the factor they share, the tables' entries. */
function formula(scene, { day, state }) {
  const { frame, letter, n, times } = scene;
  const signs = { joins: frame.log ? "ln Σ exp" : "sum", times };
  if (day === n) return { ...signs, ...ending(scene) };
  const name = `${NAMES[phase(scene)]}${subscript(day + 1)}(${letter(state)})`;
  if (phase(scene) === "both") return { ...signs, name, ...posterior(scene, day, state) };
  const told = phase(scene) === "backward" ? future(scene, day, state) : past(scene, day, state);
  return { ...signs, name, result: format(value(scene, { day, state })), ...told };
}

function past(scene, t, s) {
  const { table, x, frame, K, word, letter, factor, inLogs, times } = scene;
  const shared = emission(scene, t, s);
  const shows = { part: "B", row: s, column: x[t] };
  if (t === 0) {
    const start = { text: factor(table.pi[s]), words: inLogs(`P(day 1 is ${word.state(s)})`) };
    return {
      ways: [start], shared, relation: relation([table.pi[s], shared.value, frame.alpha[0][s]]),
      uses: [{ part: "pi", row: s }, shows],
    };
  }
  const before = frame.alpha[t - 1];
  const moves = range(K).map((r) => table.A[r][s]);
  const ways = moves.map((move, r) => ({
    text: `${format(before[r])} ${times} ${factor(move)}`,
    product: format(frame.arriving[t - 1][s][r]),
    relation: relation([before[r], move, frame.arriving[t - 1][s][r]]),
    words: `α${subscript(t)}(${letter(r)}) ${times} `
      + inLogs(`P(${word.state(r)} → ${word.state(s)})`),
  }));
  return {
    ways, shared, relation: relation([...before, ...moves, shared.value, frame.alpha[t][s]]),
    uses: [...moves.map((_, r) => ({ part: "A", row: r, column: s })), shows],
  };
}

function future(scene, t, r) {
  const { table, x, frame, n, K, word, letter, factor, inLogs, times } = scene;
  if (t === n - 1) {
    const words = table.stop ? inLogs(`P(STOP | ${word.state(r)})`) : "no day is left to be seen";
    const text = table.stop ? factor(table.stop[r]) : factor(1);
    const uses = table.stop ? [{ part: "stop", row: r }] : [];
    return { ways: [{ text, words }], relation: "", result: "", uses };
  }
  const after = frame.beta[t + 1];
  const moves = table.A[r];
  const shows = range(K).map((s) => emission(scene, t + 1, s));
  const ways = moves.map((move, s) => ({
    text: `${factor(move)} ${times} ${shows[s].text} ${times} ${format(after[s])}`,
    product: format(frame.leaving[t][s][r]),
    relation: relation([move, shows[s].value, after[s], frame.leaving[t][s][r]]),
    words: `${inLogs(`P(${word.state(r)} → ${word.state(s)})`)} ${times} ${shows[s].words} ${times} `
      + `β${subscript(t + 2)}(${letter(s)})`,
  }));
  const numbers = [...moves, ...shows.map((one) => one.value), ...after, frame.beta[t][r]];
  return {
    ways, relation: relation(numbers),
    uses: range(K).flatMap((s) =>
      [{ part: "A", row: r, column: s }, { part: "B", row: s, column: x[t + 1] }]),
  };
}

function ending({ table, frame, n, K, word, letter, factor, inLogs, times }) {
  const last = frame.alpha[n - 1];
  const ways = range(K).map((r) => ({
    text: format(last[r]) + (table.stop ? ` ${times} ${factor(table.stop[r])}` : ""),
    product: table.stop ? format(frame.end[r]) : "",
    relation: relation([last[r], frame.end[r]]),
    words: `α${subscript(n)}(${letter(r)})`
      + (table.stop ? ` ${times} ${inLogs(`P(STOP | ${word.state(r)})`)}` : ""),
  }));
  return {
    name: "P(x)", ways, result: format(frame.total),
    relation: relation([...last, ...(table.stop ?? []), frame.total]),
    uses: table.stop ? range(K).map((r) => ({ part: "stop", row: r })) : [],
  };
}

function posterior({ frame, letter }, t, s) {
  const [alpha, beta, gamma] = [frame.alpha[t][s], frame.beta[t][s], frame.gamma[t][s]];
  const [sign, over] = frame.log ? ["+", "−"] : ["×", "÷"];
  const place = `${subscript(t + 1)}(${letter(s)})`;
  const product = `${format(alpha)} ${sign} ${format(beta)}`;
  const shared = { text: format(frame.total), words: frame.log ? "ln P(x)" : "P(x)" };
  return {
    ways: [{ text: product, words: `α${place} ${sign} β${place}` }], shared, times: over, uses: [],
    result: format(gamma), relation: frame.log ? "= ln" : relation([alpha, beta, frame.total, gamma]),
  };
}

export const sums = {
  lastStep, stepNames, reached, passed, value, carried, won: () => false, width, feeds, cellOnPath,
  arrowOnPath: () => false, outcome, subject, sentence, label, formula,
};
