/*
 * node digits.mjs CORE.js DEEPROOF.wasm DESCRIPTORS.txt RUN.csv...: a library
 * of 32 bits draws and adds as the program does. Beside each RUN.csv of run
 * lies RUN.csv.ask, its options as NAME=VALUE a line.
 */
import fs from "node:fs";

const [core, wasm, bundle, ...runs] = process.argv.slice(2);
const Simulator = new Function(fs.readFileSync(core, "utf8") + "; return Simulator;")();
const asker = new Simulator(fs.readFileSync(wasm), fs.readFileSync(bundle, "utf8")).open();
const beside = ["arrivals", "rate", "spread", "accept", "turns", "think", "hit", "seed"];
let failed = 0;

for (const file of runs) {
	const [head, row] = fs.readFileSync(file, "utf8").trim().split("\n").map((l) => l.split(","));
	const ask = fs.readFileSync(file + ".ask", "utf8").trim().split("\n").map((l) => l.split("="));
	const of = (is) => Object.fromEntries(ask.filter(([name]) => beside.includes(name) === is));
	const code = asker.serve(of(false), of(true));
	const got = code === 0 ? asker.table("served")[0] : {};
	const apart = head.filter((c, i) => c !== "id" && got[c] !== row[i]);
	const good = code === 0 && head.length > 60 && apart.length === 0;
	console.log(`${good ? "ok" : "not ok"} - ${file.replace(/.*\//, "")}: of ${head.length} columns differ: ${apart.join(" ")}${code ? asker.error() : ""}`);
	failed += !good;
}
process.exit(failed ? 1 : 0);
