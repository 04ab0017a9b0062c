// The trellis of forward, backward and posteriors, drawn from the frames of forward_backward.py.

import { teaching } from "./stage.js";
import { sums } from "./sums.js";

const render = teaching(sums);

export default { render };
