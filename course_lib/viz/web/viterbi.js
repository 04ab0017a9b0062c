// Viterbi's algorithm as a lesson on the trellis: its steps, and what each cell and sentence says.
// A scene holds a frame, the table and observations behind it, the step, and n and K. Nothing is
// computed here: every number was stored by trellis.py. Day n, one past the last, is the end.

import { format, range, relation, subscript } from "./parts.js";
import { emission } from "./stage.js";

/** Start, each day, the end, and back along the arrows to day 1. */
const lastStep = (n) => 2 * n;
const ended = ({ step, n }) => step > n;
const reached = (scene, day) => (day < scene.n ? day < scene.step : ended(scene));

/** The first day whose state on the best path is known by now; n if none is. */
const known = ({ step, n, frame }) => (step > n && frame.possible ? 2 * n - step : n);

const on = ({ n, frame }, day, state) => day < 0 || day === n || frame.path[day] === state;
const cellOnPath = (scene, { day, state }) =>
  known(scene) < scene.n && day >= known(scene) && on(scene, day, state);
const arrowOnPath = (scene, { day, from, to }) =>
  known(scene) < scene.n && Math.max(day - 1, 0) >= known(scene)
  && on(scene, day, to) && on(scene, day - 1, from);

function stepNames(n) {
  const back = range(n - 1).map((t) => `←${n - 1 - t}`);
  return ["start", ...range(n).map((t) => String(t + 1)), "end", ...back];
}

/** The number in a cell. */
const value = ({ n, frame }, { day, state }) => (day < n ? frame.score[day][state] : frame.best);

/** What an arrow brings: the start, the score of its story before the emission, or the end. */
function carried({ n, frame, table }, { day, from, to }) {
  if (day === 0) return table.pi[to];
  return day < n ? frame.candidates[day - 1][to][from] : frame.end[from];
}

function won({ n, frame }, { day, from, to }) {
  if (day === 0) return true;
  return day < n ? frame.back[day - 1][to] === from : frame.path[n - 1] === from;
}

const passed = (scene, { day }) => reached(scene, day);
const feeds = (scene, { day, to }, focus) => day === focus.day && to === focus.state;
const width = () => null;

function outcome(scene) {
  const { frame } = scene;
  const slots = frame.path.map((state, day) => (day < known(scene) ? null : state));
  const best = `${frame.log ? "ln P" : "P"} ${relation([frame.best])} ${format(frame.best)}`;
  return { before: "Best path ", slots, after: ended(scene) ? ` ${best}` : "" };
}

/** The cell that a step is about; `row` is kept while the days are read. */
function subject(scene, row) {
  const { step, n, frame } = scene;
  if (step === 0) return null;
  if (step <= n) return { day: step - 1, state: row };
  if (step === n + 1 || !frame.possible) return { day: n, state: 0 };
  return { day: known(scene), state: frame.path[known(scene)] };
}

function sentence(scene) {
  const { step, n, x, frame, table, word, letter } = scene;
  if (step === 0) return "Nothing is read yet. Move the slider, or press ▶.";
  const seen = word.symbol(x[Math.min(step, n) - 1]);
  if (step === 1) return `Day 1, ${seen}: each path starts in a state.`;
  if (step <= n) return `Day ${step}, ${seen}: each cell keeps the best way in.`;
  if (!frame.possible) return "No path can give these observations.";
  if (step === n + 1) {
    const end = `${table.stop ? "With STOP, the" : "The"} best end is ${letter(frame.path[n - 1])}`;
    return n > 1 ? `${end}. Now follow the bold arrows back.` : `${end}.`;
  }
  const day = known(scene);
  const [later, earlier] = [letter(frame.path[day + 1]), letter(frame.path[day])];
  return `${later} on day ${day + 2} was best reached from ${earlier} on day ${day + 1}.`;
}

/** What a screen reader says of a cell. */
function label({ n, frame, word, table }, { day, state }) {
  if (day === n) return `${table.stop ? "STOP" : "End"}: best ${format(frame.best)}`;
  const from = day > 0 ? `, best from ${word.state(frame.back[day - 1][state])}` : "";
  return `Day ${day + 1}, ${word.state(state)}: score ${format(frame.score[day][state])}${from}`;
}

/** What stands behind one cell: the ways in, the factor they share, the entries of the tables. */
function formula(scene, { day, state }) {
  const signs = { joins: "max", times: scene.times };
  if (day === scene.n) return { ...signs, ...ending(scene) };
  return { ...signs, ...(day === 0 ? initial(scene, state) : recurrence(scene, day, state)) };
}

function initial(scene, s) {
  const { table, x, frame, word, letter, factor, inLogs } = scene;
  const shared = emission(scene, 0, s);
  return {
    name: `score₁(${letter(s)})`,
    ways: [{ text: factor(table.pi[s]), words: inLogs(`P(day 1 is ${word.state(s)})`), won: true }],
    shared,
    result: format(frame.score[0][s]),
    relation: relation([table.pi[s], shared.value, frame.score[0][s]]),
    uses: [{ part: "pi", row: s, won: true }, { part: "B", row: s, column: x[0], won: true }],
  };
}

function recurrence(scene, t, s) {
  const { table, x, frame, K, word, letter, factor, inLogs, times } = scene;
  const before = frame.score[t - 1];
  const candidates = frame.candidates[t - 1][s];
  const won = frame.back[t - 1][s];
  const shared = emission(scene, t, s);
  const moves = range(K).map((r) => table.A[r][s]);
  const transition = (r) => `P(${word.state(r)} → ${word.state(s)})`;
  return {
    name: `score${subscript(t + 1)}(${letter(s)})`,
    ways: moves.map((move, r) => ({
      from: letter(r),
      text: `${format(before[r])} ${times} ${factor(move)}`,
      product: format(candidates[r]),
      relation: relation([before[r], move, candidates[r]]),
      words: `score${subscript(t)}(${letter(r)}) ${times} ${inLogs(transition(r))}`,
      won: r === won,
      tie: r !== won && candidates[r] === candidates[won],
    })),
    shared,
    result: format(frame.score[t][s]),
    relation: relation([...before, ...moves, shared.value, frame.score[t][s]]),
    uses: [
      ...moves.map((_, r) => ({ part: "A", row: r, column: s, won: r === won })),
      { part: "B", row: s, column: x[t], won: true },
    ],
  };
}

function ending({ table, frame, n, K, word, letter, factor, inLogs, times }) {
  const last = frame.score[n - 1];
  const won = frame.path[n - 1];
  const stop = (r, text) => (table.stop ? ` ${times} ${text}` : "");
  return {
    name: "best",
    ways: range(K).map((r) => ({
      from: letter(r),
      text: format(last[r]) + stop(r, table.stop && factor(table.stop[r])),
      product: table.stop ? format(frame.end[r]) : "",
      relation: relation([last[r], frame.end[r]]),
      words: `score${subscript(n)}(${letter(r)})` + stop(r, inLogs(`P(STOP | ${word.state(r)})`)),
      won: r === won,
      tie: r !== won && frame.end[r] === frame.end[won],
    })),
    result: format(frame.best),
    relation: relation([...last, ...(table.stop ?? []), frame.best]),
    uses: table.stop ? range(K).map((r) => ({ part: "stop", row: r, won: r === won })) : [],
  };
}

export const viterbi = {
  lastStep, stepNames, reached, passed, value, carried, won, width, feeds, cellOnPath, arrowOnPath,
  outcome, subject, sentence, label, formula,
};
