// Run `calls.py` in Pyodide, and print its numbers: node run.mjs PROJECT NUMPY.whl
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const PROGRAM = `
import json, sys
sys.dont_write_bytecode = True
sys.path += ["/project", "/project/tests/wasm"]
import calls
json.dumps({"platform": sys.platform, "numbers": calls.numbers()})
`;

const [project, numpy] = process.argv.slice(2);
try {
  const python = await loadPyodide();
  python.FS.mkdir("/project");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: project }, "/project");
  python.unpackArchive(new Uint8Array(readFileSync(numpy)), "wheel");
  console.log(python.runPython(PROGRAM));
} catch (error) {
  // The message alone: node would print the minified line it came from, a megabyte.
  console.error(error.message);
  process.exitCode = 1;
}
