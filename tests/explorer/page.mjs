/*
 * The page in a real browser: page.mjs MODULES CHROMIUM PAGE WANT.csv RUN.csv
 * PICTURES. Drives sliders by keyboard, follows links, compares what is shown
 * with the command line's rows (WANT.csv of sweep, RUN.csv of run), asks
 * axe-core, and takes pictures.
 */
import fs from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, chromium, page_file, want_file, run_file, pictures] = process.argv.slice(2);
const require = createRequire(path.join(modules, "x.js"));
const puppeteer = (await import(pathToFileURL(path.join(modules, "node_modules/puppeteer-core/lib/cjs/puppeteer/puppeteer-core.js")).href)).default;
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const url = pathToFileURL(path.resolve(page_file)).href;
let good = 0, bad = 0;

function say(ok, what) {
	if (ok)
		good++;
	else {
		bad++;
		console.log("not ok - " + what);
	}
}

const browser = await puppeteer.launch({ executablePath: chromium, headless: "new",
	args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] }).catch((e) => {
	console.log(`explorer: chromium does not start here (${String(e).split("\n")[0]}), skipped`);
	process.exit(0);
});
const page = await browser.newPage();
page.setDefaultTimeout(120000);		// a busy machine is no failure
const errors = [], requests = [];
page.on("pageerror", (e) => errors.push(String(e)));
page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
page.on("request", (r) => requests.push(r.url()));

async function open(hash, width = 1280) {
	await page.setViewport({ width, height: 900 });
	await page.goto("about:blank");
	await page.goto(url + hash);
	await page.waitForFunction(() => document.body.dataset.drawn).catch(() => {
		throw new Error("the page draws nothing: " + errors.join("; "));
	});
}

const shown = (id) => page.$eval("#" + id, (e) => e.dataset.digits ?? e.textContent);

/* ---- the same numbers as the command line ---- */

function csv(text) {
	const rows = text.trim().split("\n").map((l) => {
		const cells = [];
		l.replace(/("([^"]|"")*"|[^,]*)(,|$)/g, (all, cell) => { cells.push(cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell); return ""; });
		return cells;
	});
	return rows.slice(1).map((r) => Object.fromEntries(rows[0].map((h, i) => [h, r[i]])));
}

await open("");
const want = csv(fs.readFileSync(want_file, "utf8"));
const different = await page.evaluate((rows) => {
	const asked = "hw stack model gpus tp ep batch ctx mtp weights".split(" ");
	const cells = "fits weights_gb kv_gb step_ms tok_s_gpu tok_s_gpu_low tok_s_gpu_high bound mfu imbalance usd_per_mtok".split(" ");
	let differ = 0;
	for (const row of rows) {
		ASK.answer(Object.fromEntries(asked.map((c) => [c, row[c]])));
		for (const c of cells)
			if (row.fits && ASK.text(c) !== row[c])
				differ++;
	}
	return differ;
}, want);
say(want.length >= 200, "rows to compare: " + want.length);
say(different === 0, `${different} cells differ from the command line's`);

/* ---- requests, one by one: the digits of run ---- */

await open("#hw=h200-sxm&stack=sglang&model=deepseek-v3&gpus=8&tp=8&ep=1&clients=24&isl=8192&osl=1024");
const run = csv(fs.readFileSync(run_file, "utf8"))[0];
const apart = await page.evaluate((row) => {
	SERVE.serve(serveScenario(), serveAsked());
	const got = SERVE.table("served")[0];
	return Object.keys(row).filter((c) => c && c !== "id" && got[c] !== row[c]);
}, run);
say(Object.keys(run).length > 60 && apart.length === 0, `of ${Object.keys(run).length} columns of run differ: ${apart.join(" ")}`);
await page.$eval("#v-serve", (e) => e.scrollIntoView());
await page.waitForFunction((want) => document.getElementById("median_ttft_ms")?.dataset.digits === want, {}, run.median_ttft_ms);
say((await shown("serve_tok_s_gpu")) === run.tok_s_gpu, "the rate of the requests is run's");
const waited = Number(run.median_ttft_ms);
await page.focus("#f-clients");
await page.keyboard.press("End");
await page.waitForFunction((ms) => Number(document.getElementById("median_ttft_ms").dataset.digits) > 3 * ms, {}, waited);
say(true, "with 1,000 clients the queue is what a request sees");
say(/clients=1000/.test(await page.evaluate(() => location.hash)), "the address holds the clients");
await page.select("#f-how", "poisson");
await page.waitForFunction(() => document.querySelector("#f-clients").closest(".field").hidden);
say((await shown("serve-command")).includes("--arrivals poisson --rate 2"), "by the clock there is a rate");

/* ---- controls, by keyboard alone ---- */

await open("#hw=h200-sxm&stack=sglang&gpus=8&batch=32&ctx=4096");
const before = await shown("tok_s_gpu");
await page.focus("#f-batch");
await page.keyboard.press("PageUp");
await page.waitForFunction((b) => document.getElementById("tok_s_gpu").dataset.digits !== b, {}, before);
say(true, "a key moves the slider");
say(/batch=/.test(await page.evaluate(() => location.hash)), "the address holds the change");
await page.goBack();
await page.waitForFunction((b) => document.getElementById("tok_s_gpu").dataset.digits === b, {}, before);
say(true, "the back button undoes it");
await page.keyboard.press("Tab");
say(await page.evaluate(() => document.activeElement !== document.body), "Tab moves the focus");

/* ---- links ---- */

await open("#gpus=128&batch=128&ctx=4096&overlap=two-batch&balance=uniform&redundant=0&date=2025-02-27");
say((await page.$eval("#preset", (e) => e.selectedOptions[0].textContent)).includes("EP128"), "a preset's link selects it");
await open("#hw=h9000&batch=1e9&ctx=abc&tp=7&lesson=99");
say((await page.$eval("#note", (e) => !e.hidden && e.textContent)).includes("h9000"), "a stale link is clamped with a note");
say(!/NaN|undefined/.test(await page.evaluate(() => document.body.innerText)), "and shows no NaN");
await open("#gpus=5&tp=2");
say((await page.evaluate(() => document.getElementById("big").innerText)).includes("divide"), "what is malformed has its sentence");
await page.click("#pin");
await page.select("#f-hw", "b200-sxm");
say(await page.$eval("#v-versus", (e) => !e.hidden), "two scenarios stand side by side");

await open("#gpu=h20-96g&batch=12");
say(/no control here is called “gpu”/.test(await shown("note")), "a name that is no control is said");

/* ---- presets and lessons: they answer, and so does the command they show ---- */

/* The cells of `deeproof step ... --csv`. */
function asked(command) {
	const got = spawnSync(process.env.DEEPROOF || "./deeproof", [...command.split(" ").slice(1), "--csv"], { encoding: "utf8" });
	return csv(got.stdout)[0];
}

async function answers(name) {
	const row = asked(await shown("command"));
	const fits = await page.$eval("#big", (e) => !e.querySelector(".no"));
	say(fits === (row.fits === "yes") && (!fits || (await shown("tok_s_gpu")) === row.tok_s_gpu), `${name} has the command's digits`);
	return fits;
}

await open("");
const names = await page.$$eval("#preset option", (all) => all.map((o) => o.textContent));
for (let i = 1; i < names.length; i++) {
	await page.select("#preset", String(i - 1));
	const fits = await answers(names[i]);
	say(fits || names[i].startsWith("A claim: "), `preset “${names[i]}” answers`);
}
for (let i = 1; i <= 7; i++) {
	await open("#lesson=" + i);
	await page.click("#lesson-start");
	say(await answers("lesson " + i), `lesson ${i} answers`);
}
await page.click("#v-ep summary");
await page.waitForFunction(() => document.querySelectorAll("#v-ep tbody tr").length >= 15);
say(true, "a figure's table has its rows when it is opened");

/* ---- speed: a slider's redraw ---- */

await open("#hw=h200-sxm&gpus=8&batch=32");
const ms = await page.evaluate(() => {
	const times = [];
	for (let i = 0; i < 30; i++) {
		const t = performance.now();
		state.batch = String(16 + i);
		draw();
		clearTimeout(later);
		drawLater();
		times.push(performance.now() - t);
	}
	return times.sort((a, b) => a - b)[15];
});
console.log(`page: an answer and all its views are redrawn in ${ms.toFixed(1)} ms`);

/* ---- memory that ends: the sentence, and then the right digits ---- */

await open("#hw=h200-sxm&stack=sglang&gpus=8&batch=32&ctx=4096");
await page.evaluate(() => {
	/* All the memory there is, but for one piece of these bytes. */
	window.hog = (left) => {
		const spare = left && SIM.x.malloc(left), held = [];
		held.bytes = 0;
		for (let size = 1 << 26; size >= 16; size /= 2)
			for (let at; (at = SIM.x.malloc(size)); held.bytes += size)
				held.push(at);
		SIM.x.free(spare);
		return held;
	};
	window.unhog = (held) => held.forEach((at) => SIM.x.free(at));
});
const ends = await page.evaluate(() => {
	const s = { ...state, ...{ gpus: "16" } }, big = { ...s, mode: "colocated", isl: "1024", osl: "64", requests: "64", concurrency: "16" };
	const rate = { ...s, ctx: "5000" }, wrong = [];
	const doors = {
		answer: (d) => d.answer(rate) + d.row(),
		ladder: (d) => d.answer(s) + JSON.stringify(d.table("ladder")),
		timeline: (d) => d.answer(s) + JSON.stringify(d.table("timeline")),
		facts: (d) => d.answer(s) + JSON.stringify(d.table("facts")),
		names: (d) => d.answer(s) + d.head.length + (d.names("gpu") || []).length,
		versus: (d) => { OTHER.answer(rate); return d.answer(s) + JSON.stringify(d.versus(OTHER)); },
		serve: (d) => d.serve(big, { band: "0" }) + JSON.stringify(d.table("requests")),
	};
	const stack = SIM.x.__stack_pointer.value, room = [];
	let failed = 0, answered = 0;
	for (const [name, door] of Object.entries(doors)) {
		const want = door(ASK);
		for (let left = 0; left < 3e6; left = Math.ceil(left * 1.25) + 8) {
			const held = hog(left);
			const got = door(ASK), ended = ASK.ended || OTHER.ended;
			unhog(held);
			if (ended)
				failed++;
			else
				answered++;
			if (ended ? ended !== "out of memory; ask for less at once" : got !== want)
				wrong.push(`${name}, ${left} bytes left: ${ended || got.slice(0, 80)}`);
			if (door(ASK) !== want || ASK.ended || OTHER.ended)
				wrong.push(`${name}, after ${left}: ${ASK.ended || "other digits"}`);
		}
	}
	for (let i = 0; i < 50; i++) {
		const held = hog(20000);
		doors.serve(ASK);
		doors.timeline(ASK);
		unhog(held);
		doors.serve(ASK);
		room.push(held.bytes);
	}
	return { wrong, failed, answered, moved: SIM.x.__stack_pointer.value - stack, lost: room[0] - room[49] };
});
say(ends.wrong.length === 0, `memory that ends: ${ends.wrong.length} wrong: ${ends.wrong.slice(0, 3).join("; ")}`);
say(ends.failed > 100 && ends.answered > 20, `${ends.failed} questions failed for memory, ${ends.answered} had enough`);
say(ends.moved === 0, `the stack is ${ends.moved} bytes off`);
say(Math.abs(ends.lost) < 100000, `100 failed calls lost ${ends.lost} bytes`);
const full = await shown("tok_s_gpu");
for (const left of [0, 3000, 20000, 80000]) {
	const at = await page.evaluate((bytes) => {
		window.held = hog(bytes);
		draw();
		return Number(document.body.dataset.drawn);
	}, left);
	await page.waitForFunction((n) => Number(document.body.dataset.drawn) > n, {}, at);
	say(/out of memory; ask for less/.test(await shown("note")), `${left} bytes left: the page says so`);
	say(!/NaN|undefined/.test(await page.evaluate(() => document.body.innerText)), `${left} bytes left: no NaN`);
	await page.evaluate(() => { unhog(held); draw(); });
	await page.waitForFunction(() => document.getElementById("note").hidden);
	say((await shown("tok_s_gpu")) === full, `${left} bytes left: then the right digits`);
}
console.log(`page: memory ended ${ends.failed} times and all was well afterwards`);

/* ---- what is drawn is all of it, and says what it is ---- */

await open("#");
say((await shown("bar")).startsWith(`${Math.round(Number(await shown("tok_s_gpu")))} tok/s/GPU`), "the bar of a phone has the answer's digits");
const told = async (view) => page.evaluate(async (id) => {
	const all = document.querySelector(`#${id} details`);
	all.open = true;
	await new Promise((r) => setTimeout(r, 200));
	return all.innerText;
}, view);
const front = (await told("v-pareto")).split("\n").map((l) => l.split("\t")[0]);
say(front.includes("96") && front.at(-1) === (await page.evaluate(() => ASK.text("max_batch"))), `the front goes through this batch to the largest: ${front.slice(-3)}`);
const wires = await told("v-traffic");
say(/^EP144\t[^\t]/m.test(wires) && /^TP128\t.*refus|^TP128\t-\t-\t./m.test(wires), "the wires have this layout, and say why others have none");
await page.focus("#f-tp");
await page.keyboard.press("ArrowRight");
say(await page.evaluate(() => getComputedStyle(document.getElementById("f-tp-tip")).display === "block"), "a control says by keyboard what it is");

/* ---- who reads it: axe, widths, themes ---- */

for (const [theme, width] of [["light", 1280], ["dark", 1280], ["light", 360], ["dark", 360]]) {
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
	await open("#hw=b200-sxm&stack=trtllm&model=deepseek-r1&gpus=8&batch=64&ctx=8192&weights=nvfp4&kv=fp8", width);
	await page.evaluate(axe);
	const found = await page.evaluate(async () => (await axe.run()).violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ")).join(", ")));
	say(found.length === 0, `axe, ${theme}, ${width} px: ${found.join("; ")}`);
	say(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${width} px holds the page`);
	if (pictures)	// what is played when it is seen has to be seen
		await page.$eval("#v-serve", (e) => e.scrollIntoView());
	if (pictures)
		await page.waitForFunction(() => document.getElementById("median_ttft_ms"));
	if (pictures)
		await page.screenshot({ path: path.join(pictures, `explorer-${theme}-${width}.png`), fullPage: true });
}
if (pictures) {		// the README's: its own question, as the command line answers it
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
	await open("#gpus=128&batch=128&ctx=4096&overlap=two-batch&balance=uniform&redundant=0&date=2025-02-27");
	await page.setViewport({ width: 1280, height: 1180 });
	await page.screenshot({ path: path.join(pictures, "explorer.png") });
}

say(errors.length === 0, "errors in the page: " + errors.join("; "));
say(requests.every((r) => r === url || r.startsWith("about:") || r.startsWith("data:") || r.startsWith(url)), "it asks the network: " + requests.find((r) => !r.startsWith(url)));
await browser.close();
console.log(`page: ${good} passed, ${bad} failed`);
process.exit(bad ? 1 : 0);
