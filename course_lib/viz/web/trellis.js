// The trellis of Viterbi's algorithm, drawn from the frames that trellis.py computed.

import { explorable } from "./frame.js";
import { Stage } from "./stage.js";
import { viterbi } from "./viterbi.js";

export default explorable(Stage, viterbi);
