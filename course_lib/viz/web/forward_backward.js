// The trellis of forward, backward and posteriors, drawn from the frames of forward_backward.py.

import { explorable } from "./frame.js";
import { Stage } from "./stage.js";
import { sums } from "./sums.js";

export default explorable(Stage, sums);
