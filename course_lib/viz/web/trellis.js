// The trellis of Viterbi's algorithm, drawn from the frames that trellis.py computed.

import { teaching } from "./stage.js";
import { viterbi } from "./viterbi.js";

const render = teaching(viterbi);

export default { render };
