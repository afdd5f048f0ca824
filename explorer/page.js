/* The state, its controls and the views of it. */

const SIM = new Simulator(decodeBase64(document.getElementById("wasm").textContent),
	document.getElementById("bundle").textContent);
const ASK = SIM.open(), OTHER = SIM.open(), SCAN = SIM.open(), SERVE = SIM.open();
const MEASURED = JSON.parse(document.getElementById("measured").textContent);
const HAS = new Set(ASK.head);
const EPS = [4, 8, 16, 24, 32, 48, 64, 72, 96, 128, 144, 160, 192, 256, 320];
const GPUS = [1, 2, 4, 5, 8, 16, 24, 32, 40, 48, 64, 72, 96, 128, 144, 160, 192, 256, 320];

const FIELDS = [
	{ column: "hw", label: "GPU", options: ASK.names("gpu") },
	{ column: "stack", label: "Software stack", options: ASK.names("stack") },
	{ column: "model", label: "Model", options: ASK.names("model") },
	{ column: "gpus", label: "GPUs of a replica", list: GPUS, hint: "One copy of the model is spread over these; more load takes more replicas." },
	{ column: "tp", label: "Attention tensor parallel", list: [1, 2, 4, 8, 16], hint: "GPUs that share out the heads of one attention: a group. GPUs over this many are groups, each with sequences of its own." },
	{ column: "ep", label: "Expert parallel", list: ["", 1, 2, 4, 8, 16, 32, 64, 72, 96, 128, 144, 160, 320], blank: "all GPUs", hint: "GPUs that share out the experts of a layer; tokens travel to those that hold theirs." },
	{ column: "dcp", label: "Decode context parallel", list: [1, 2, 4, 8, 16], hint: "GPUs of a group that share out the KV cache along the context." },
	{ column: "pp", label: "Pipeline stages", list: [1, 2, 4, 8], hint: "The layers are cut into this many pieces, one after the other." },
	{ column: "batch", label: "Sequences a group", log: [1, 4096], hint: "Answers in progress in a group of attention GPUs; each step gives each a token." },
	{ column: "ctx", label: "Context, tokens", log: [128, 1000000], hint: "Mean tokens of a sequence that attention looks back on: its prompt and what is written so far." },
	{ column: "weights", label: "Weights", options: ["native", "bf16", "fp8", "nvfp4", "mxfp4", "int4"] },
	{ column: "kv", label: "KV cache", options: ["native", "bf16", "fp8"] },
	{ column: "mtp", label: "Draft tokens a step", list: [0, 1, 2, 3, 4, 5], hint: "Tokens that the model guesses ahead and checks in one step." },
	{ column: "overlap", label: "Overlap", options: ["", "none", "two-batch"], blank: "as an operator would", hint: "two-batch: one half of the sequences computes while the tokens of the other half travel." },
	{ column: "balance", label: "Expert balance", options: ["", "uniform", "eplb", "skewed"], blank: "as an operator would", hint: "eplb copies popular experts to spare slots; skewed leaves them where they are; uniform has none popular." },
	{ column: "redundant", label: "Spare expert slots", list: ["", 0, 16, 32, 64, 128], blank: "as operators do", hint: "Places for second copies of popular experts." },
	{ column: "date", label: "Software of", options: ["", "2025-02-27", "2025-06-01", "2025-12-01", "2026-03-01", "2026-06-01"], blank: "today", hint: "Kernels became faster: those that there were on this day." },
	{ column: "price", label: "Price, $ a GPU-hour", number: [0.1, 100] },
].filter((f) => HAS.has(f.column));

const FIRST = { hw: "h800-sxm", stack: "deepseek", model: "deepseek-v3", gpus: "144", tp: "1", ep: "", dcp: "1", pp: "1",
	batch: "96", ctx: "4989", weights: "native", kv: "native", mtp: "0", overlap: "", balance: "", redundant: "", date: "", price: "" };

const PRESETS = [
	["DeepSeek's, H800 EP144", {}],
	["DeepSeek's profile, H800 EP128 of February 2025", { gpus: "128", batch: "128", ctx: "4096", overlap: "two-batch", balance: "uniform", redundant: "0", date: "2025-02-27" }],
	["SGLang, H100 EP72 with 32 spares, 224 of its 256 sequences", { hw: "h100-sxm", stack: "sglang", gpus: "72", batch: "224", ctx: "2000", overlap: "two-batch", redundant: "32" }],
	["One node of 8 H200", { hw: "h200-sxm", stack: "sglang", gpus: "8", batch: "32", ctx: "4096" }],
	["8 H200, attention TP8", { hw: "h200-sxm", stack: "sglang", gpus: "8", tp: "8", ep: "1", batch: "64", ctx: "4096" }],
	["8 B200, EP8, NVFP4", { hw: "b200-sxm", stack: "trtllm", model: "deepseek-r1", gpus: "8", batch: "64", ctx: "8192", weights: "nvfp4", kv: "fp8" }],
	["GB200 NVL72, EP32", { hw: "gb200-nvl72", stack: "trtllm", model: "deepseek-r1", gpus: "32", batch: "128", ctx: "8192", weights: "nvfp4", kv: "fp8" }],
	["A claim: V3 on 4 H100 (does it fit?)", { hw: "h100-sxm", stack: "vllm", gpus: "4", batch: "1", ctx: "2048" }],
	["A claim: 8 H20-96G", { hw: "h20-96g", stack: "sglang", gpus: "8", tp: "8", ep: "1", batch: "32", ctx: "2048" }],
	["V4-Pro on 8 B200", { hw: "b200-sxm", stack: "sglang", model: "deepseek-v4-pro", gpus: "8", batch: "64", ctx: "8192" }],
];

const TERMS = {
	"tok/s/GPU": "Output tokens a second, all of the replica, over all of its GPUs.",
	"band": "80 % of published measurements of this kind lie inside.",
	"speed of light": "Every byte, FLOP and message at the peak of its wire, perfectly overlapped. Nothing can be faster.",
	"MFU": "Useful FLOPs over the peak of the tensor cores in the formats used.",
	"MBU": "Bytes read from HBM over what it could deliver in that time.",
	"imbalance": "Rows that the busiest rank's experts get, over the mean.",
};

function term(word, shown = word) {
	return `<span class="term" tabindex="0">${escapeText(shown)}<span role="tooltip">${escapeText(TERMS[word])}</span></span>`;
}

let state = { ...FIRST }, pinned = null, lesson = 0, clamped = [];

/* ---- the address ---- */

function nearest(list, x) {
	return list.reduce((a, b) => (Math.abs(b - x) < Math.abs(a - x) ? b : a));
}

function sane(field, value) {
	return saneOf(field, value, FIRST[field.column]);
}

function saneOf(field, value, fall) {
	const name = field.label.toLowerCase();
	if (field.options) {
		if (field.options.includes(value))
			return value;
		clamped.push(`${name} “${value}” is not offered; ${fall || field.blank} is shown`);
		return fall;
	}
	if (value === "" && (field.list ? field.list.includes("") : !field.log))
		return "";
	const x = Number(value);
	if (value.trim() === "" || !isFinite(x)) {
		clamped.push(`${name} “${value}” is no number; ${fall || field.blank || "nothing"} is shown`);
		return fall;
	}
	const got = field.list ? nearest(field.list.filter((v) => v !== ""), x) :
		field.log ? Math.min(Math.max(Math.round(x), field.log[0]), field.log[1]) :
		Math.min(Math.max(x, field.number[0]), field.number[1]);
	if (got !== x)
		clamped.push(`${name} ${value} was set to ${got}`);
	return String(got);
}

function fromText(text) {
	const given = new URLSearchParams(text), out = { ...FIRST };
	for (const field of FIELDS)
		if (given.has(field.column))
			out[field.column] = sane(field, given.get(field.column));
	return out;
}

function toText(s) {
	const out = new URLSearchParams();
	for (const { column } of FIELDS)
		if (s[column] !== FIRST[column])
			out.set(column, s[column]);
	return out.toString();
}

function address() {
	const all = new URLSearchParams(toText(state));
	if (pinned)
		all.set("a", toText(pinned));
	if (lesson)
		all.set("lesson", String(lesson + 1));
	for (const { column } of SERVE_FIELDS)
		if (load7[column] !== SERVE_FIRST[column])
			all.set(column, load7[column]);
	return "#" + all.toString();
}

function fromAddress() {
	const all = new URLSearchParams(location.hash.slice(1));
	clamped = [];
	state = fromText(all.toString());
	load7 = { ...SERVE_FIRST };
	for (const field of SERVE_FIELDS)
		if (all.has(field.column))
			load7[field.column] = serveSane(field, all.get(field.column));
	const known = new Set(["a", "lesson", ...FIELDS.concat(SERVE_FIELDS).map((f) => f.column)]);
	const strange = [...new Set(all.keys())].filter((name) => !known.has(name));
	if (strange.length)
		clamped.push(`no control here is called “${strange.slice(0, 3).join("”, “").slice(0, 60)}”`);
	pinned = all.has("a") ? fromText(all.get("a")) : null;
	const wanted = Number(all.get("lesson") || 1);
	lesson = Math.min(Math.max(Math.round(wanted) || 1, 1), LESSONS.length) - 1;
	if (all.has("lesson") && lesson + 1 !== wanted)
		clamped.push(`there are ${LESSONS.length} lessons`);
}

function keep() {
	if (location.hash !== address() && "#" + location.hash.slice(1) !== address())
		history.pushState(null, "", address());
}

/* ---- controls ---- */

function shown(field, value) {
	if (value === "")
		return field.blank || (field.number ? "the sheet's" : "");
	return field.log ? Number(value).toLocaleString("en-US") : value;
}

function position(field, of = state) {
	if (field.list)
		return field.list.map(String).indexOf(of[field.column]);
	const [a, b] = field.log;
	return Math.round(1000 * Math.log(of[field.column] / a) / Math.log(b / a));
}

function valueAt(field, at) {
	if (field.list)
		return String(field.list[at]);
	const [a, b] = field.log;
	const x = a * (b / a) ** (at / 1000);
	return String(Math.min(b, Math.max(a, x < 20 ? Math.round(x) : +x.toPrecision(2))));
}

function control(field) {
	const id = "f-" + field.column;
	const by = field.hint ? ` aria-describedby="${id}-tip"` : "", tip = field.hint ? `<span class="tip" role="tooltip" id="${id}-tip">${escapeText(field.hint)}</span>` : "";
	if (field.options)
		return `<div class="field"><label for="${id}">${field.label}</label><select id="${id}"${by}>${field.options.map((o, i) => `<option value="${escapeText(o)}">${escapeText(field.words ? field.words[i] : o || field.blank)}</option>`).join("")}</select>${tip}</div>`;
	if (field.number)
		return `<div class="field"><label for="${id}">${field.label}</label><input type="number" id="${id}" min="${field.number[0]}" max="${field.number[1]}" step="any" placeholder="the sheet's"></div>`;
	return `<div class="field"><label for="${id}"><span>${field.label}</span><output id="${id}-out" for="${id}"></output></label><input type="range" id="${id}" min="0" max="${field.list ? field.list.length - 1 : 1000}" step="1"${by}>${tip}</div>`;
}

function buildControls() {
	document.getElementById("fields").innerHTML = FIELDS.map(control).join("");
	document.getElementById("preset").innerHTML = `<option value="">a scenario of your own</option>` +
		PRESETS.map(([name], i) => `<option value="${i}">${escapeText(name)}</option>`).join("");
	for (const field of FIELDS) {
		const el = document.getElementById("f-" + field.column);
		const read = () => {
			clamped = [];
			if (el.type === "range")
				state[field.column] = valueAt(field, Number(el.value));
			else if (el.type === "number")
				state[field.column] = el.value === "" ? "" : sane(field, el.value);
			else
				state[field.column] = el.value;
			document.getElementById("preset").value = "";
			draw();
		};
		el.addEventListener("input", read);
		el.addEventListener("change", () => { read(); keep(); });
	}
	document.getElementById("preset").addEventListener("change", (e) => {
		if (e.target.value === "")
			return;
		clamped = [];
		state = { ...FIRST, ...PRESETS[e.target.value][1] };
		setControls();
		keep();
		draw();
	});
	document.getElementById("pin").addEventListener("click", () => { pinned = { ...state }; keep(); draw(); });
	document.getElementById("unpin").addEventListener("click", () => { pinned = null; keep(); draw(); });
}

function setControls() {
	for (const field of FIELDS) {
		const el = document.getElementById("f-" + field.column);
		el.value = el.type === "range" ? position(field) : state[field.column];
	}
	const at = PRESETS.findIndex(([, p]) => toText({ ...FIRST, ...p }) === toText(state));
	document.getElementById("preset").value = at < 0 ? "" : String(at);
}

function setOutputs() {
	for (const field of FIELDS) {
		const el = document.getElementById("f-" + field.column), out = document.getElementById("f-" + field.column + "-out");
		if (!out)
			continue;
		out.textContent = shown(field, state[field.column]);
		el.setAttribute("aria-valuetext", out.textContent);
	}
}

/* ---- the answer ---- */

function item(b, small, cls = "") {
	return `<div class="${cls}"><b>${b}</b><small>${small}</small></div>`;
}

function figures(d, code) {
	const n = (c) => d.number(c);
	const no = code === 1 ? item("does not fit", escapeText(d.text("refusal")), "no") : "";
	if (code === 2)
		return item("no such scenario", escapeText(d.error()), "no");
	if (!isFinite(n("tok_s_gpu")))
		return no + item(`${human(n("weights_gb"))} GB`, "weights on the fullest GPU") + item(human(n("max_batch")), "largest batch");
	return no + item(told("tok_s_gpu", d.text("tok_s_gpu")), `${term("tok/s/GPU")}; ${n("tok_s_gpu_high") > n("tok_s_gpu_low") ? `${term("band", "80 %")}: ${human(n("tok_s_gpu_low"))} to ${human(n("tok_s_gpu_high"))}` : "an ideal, which has no band"}`) +
		item(told("tok_s_user", d.text("tok_s_user")), "tok/s a user") +
		item(`${told("step_ms", d.text("step_ms"))} ms`, `a step, bound by ${escapeText(d.text("bound"))}`) +
		item(human(n("sol_tok_s_gpu")), `tok/s/GPU at the ${term("speed of light")}`) +
		item(`${Math.round(100 * n("mfu"))} % / ${Math.round(100 * n("mbu"))} %`, `${term("MFU")} / ${term("MBU")}`) +
		item(n("imbalance").toFixed(2) + " x", term("imbalance")) +
		item(isFinite(n("usd_per_mtok")) ? "$" + n("usd_per_mtok").toFixed(3) : "-", "a million output tokens") +
		item(d.text("max_batch"), "sequences a group have room");
}

function commandLine() {
	const options = FIELDS.filter((f) => state[f.column] !== "" && !(f.column === "tp" && state.tp === "1") &&
		!((f.column === "dcp" || f.column === "pp") && state[f.column] === "1") && !(f.column === "mtp" && state.mtp === "0") &&
		!((f.column === "weights" || f.column === "kv") && state[f.column] === "native")).map((f) => `--${f.column} ${state[f.column]}`);
	return "deeproof step " + options.join(" ");
}

function drawAnswer(code) {
	const all = figures(ASK, code);
	document.getElementById("big").innerHTML = ASK.ended ? item("no answer", escapeText(ASK.ended), "no") : all;
	document.getElementById("command").textContent = commandLine();
	const no = document.querySelector("#big .no b");
	document.getElementById("bar").textContent = no ? no.textContent :
		`${four(ASK.text("tok_s_gpu"))} tok/s/GPU, ${four(ASK.text("tok_s_user"))} a user, ${four(ASK.text("step_ms"))} ms`;
	drawNote();
}

/* What was clamped, and that memory ended in some view: what it lacks, it lacks by that. */
function drawNote() {
	const note = document.getElementById("note"), all = clamped.concat(SIM.trouble || []);
	note.hidden = !all.length;
	note.textContent = all.join("; ");
}

/* ---- views ---- */

function scan(change) {
	const code = SCAN.answer({ ...state, ...change });
	return { code, rate: SCAN.number("tok_s_gpu"), user: SCAN.number("tok_s_user"), low: SCAN.number("tok_s_gpu_low"),
		high: SCAN.number("tok_s_gpu_high"), why: code === 2 ? SCAN.error() : SCAN.text("refusal") };
}

const judged = new Map();

/* A published row, and what this page predicts for it. */
function predicted(row) {
	if (!judged.has(row.id)) {
		const code = OTHER.answer(row.scenario);
		const got = row.metric === "tok_s_gpu" ? OTHER.number("tok_s_gpu") :
			row.metric === "step_ms" ? OTHER.number("step_ms") : OTHER.number("tpot_ms");
		const rate = OTHER.number("tok_s_gpu");
		const time = row.metric !== "tok_s_gpu";
		const error = got / row.value - 1;
		if (OTHER.ended)
			return { code, error: NaN, measured: NaN };
		judged.set(row.id, { code, error, measured: time ? rate * got / row.value : row.value });
	}
	return judged.get(row.id);
}

function drawEp() {
	const points = EPS.map((ep) => ({ ep, ...scan({ gpus: ep, ep: "" }) }));
	const dots = MEASURED.filter((r) => r.scenario.hw === state.hw && Number(r.scenario.ep || r.scenario.gpus) > 1)
		.map((r) => ({ ...r, ep: Number(r.scenario.ep || r.scenario.gpus), ...predicted(r) })).filter((r) => isFinite(r.measured));
	const good = points.filter((p) => p.code === 0);
	const most = Math.max(1, ...good.map((p) => p.high), ...dots.map((d) => d.measured)) * 1.05;
	const x = { scale: log(4, 320, M.left, W - M.right), ticks: [4, 8, 16, 32, 72, 144, 320], label: "EP = GPUs of a replica", format: String };
	const y = { scale: linear(0, most, H - M.bottom, M.top), ticks: nice(most), label: "tok/s/GPU" };
	const half = (i) => [i ? (x.scale(EPS[i - 1]) + x.scale(EPS[i])) / 2 : M.left, i + 1 < EPS.length ? (x.scale(EPS[i]) + x.scale(EPS[i + 1])) / 2 : W - M.right];
	const shade = points.map((p, i) => (p.code === 0 ? "" : `<rect x="${half(i)[0]}" y="${M.top}" width="${half(i)[1] - half(i)[0]}" height="${H - M.bottom - M.top}" fill="var(--shade)"><title>EP${p.ep}: ${escapeText(p.why)}</title></rect>`)).join("");
	const band = good.length ? `<path d="${path(good.map((p) => [x.scale(p.ep), y.scale(p.high)]).concat(good.map((p) => [x.scale(p.ep), y.scale(p.low)]).reverse()))}Z" fill="var(--c1)" opacity=".16"/>` : "";
	const line = `<path d="${path(good.map((p) => [x.scale(p.ep), y.scale(p.rate)]))}" fill="none" stroke="var(--c1)" stroke-width="2.5"/>`;
	const marks = dots.map((d) => `<circle cx="${x.scale(Math.min(320, Math.max(4, d.ep))).toFixed(1)}" cy="${y.scale(d.measured).toFixed(1)}" r="5" fill="none" stroke="var(--c2)" stroke-width="2"><title>${escapeText(d.id)}: measured ${human(d.measured)} at batch ${d.scenario.batch || d.scenario.concurrency}, context ${d.scenario.ctx || d.scenario.isl}; our error ${(100 * d.error).toFixed(1)} %</title></circle>`).join("");
	const now = Number(state.ep || state.gpus);
	const here = EPS.includes(now) ? `<line x1="${x.scale(now)}" x2="${x.scale(now)}" y1="${M.top}" y2="${H - M.bottom}" stroke="var(--ink)" stroke-dasharray="3 4"/>` : "";
	show("v-ep", `<h2>Tokens a second of a GPU, by EP</h2>` + legend([["var(--c1)", "predicted, with its 80 % band", "line"], ["var(--c2)", "measured on this GPU, at its own batch and context", "ring"], ["var(--shade)", "refused"], ...(here ? [["var(--ink)", "this EP", "dash"]] : [])]) +
		svg("tok/s/GPU against EP", `highest ${human(Math.max(0, ...good.map((p) => p.rate)))}`, shade + frame(x, y) + here + band + line + marks) +
		tableOf(points.map((p) => ({ EP: p.ep, "tok/s/GPU": p.code ? "" : human(p.rate), low: p.code ? "" : human(p.low), high: p.code ? "" : human(p.high), refused: p.code ? p.why : "" }))
			.concat(dots.map((d) => ({ EP: d.ep, "tok/s/GPU": human(d.measured) + " measured", low: "", high: "", refused: `batch ${d.scenario.batch || d.scenario.concurrency}; our error ${(100 * d.error).toFixed(1)} %` })))));
}

function drawPareto() {
	const batches = [];
	for (let b = 1; b <= 4096; b *= 1.5)
		batches.push(Math.round(b));
	batches.push(Number(state.batch), ASK.number("max_batch"));
	const points = [...new Set(batches)].filter((b) => b >= 1 && b <= 4096).sort((a, b) => a - b).map((batch) => ({ batch, ...scan({ batch }) })).filter((p) => p.code === 0);
	const now = scan({});
	const mostX = Math.max(10, ...points.map((p) => p.user)) * 1.05, mostY = Math.max(1, ...points.map((p) => p.high)) * 1.05;
	const x = { scale: linear(0, mostX, M.left, W - M.right), ticks: nice(mostX), label: "tok/s a user" };
	const y = { scale: linear(0, mostY, H - M.bottom, M.top), ticks: nice(mostY), label: "tok/s/GPU" };
	const band = points.length ? `<path d="${path(points.map((p) => [x.scale(p.user), y.scale(p.high)]).concat(points.map((p) => [x.scale(p.user), y.scale(p.low)]).reverse()))}Z" fill="var(--c1)" opacity=".16"/>` : "";
	const dot = now.code === 0 ? `<circle cx="${x.scale(now.user)}" cy="${y.scale(now.rate)}" r="6" fill="var(--c2)"/>` : "";
	show("v-pareto", "<h2>Throughput against pace, by batch</h2>" + legend([["var(--c1)", "batch 1 to as many as fit, with its 80 % band", "line"], ["var(--c2)", "this batch", "dot"]]) +
		svg("tok/s/GPU against tok/s a user", "one point a batch", frame(x, y) + band + `<path d="${path(points.map((p) => [x.scale(p.user), y.scale(p.rate)]))}" fill="none" stroke="var(--c1)" stroke-width="2.5"/>` + dot) +
		tableOf(points.map((p) => ({ batch: p.batch, "tok/s a user": human(p.user), "tok/s/GPU": human(p.rate) }))));
}

function drawLadder(code) {
	const all = code === 2 ? [] : ASK.table("ladder"), groups = [...new Set(all.map((r) => r.group))];
	const rungs = all.filter((r) => Math.abs(r.us_added) > 0.005), there = new Set(rungs.map((r) => r.group));
	const most = Math.max(1e-9, ...rungs.map((r) => Number(r.us_per_token))) * 1.02;
	const h = 30 + 20 * rungs.length + 46;
	const x = linear(0, most, 150, across() - 14);
	let at = 0;
	const bars = rungs.map((r, i) => {
		const added = Number(r.us_added), from = at;
		at += added;
		const left = x(Math.min(from, at)), wide = Math.max(1, Math.abs(x(at) - x(from)));
		return `<text x="144" y="${34 + 20 * i}" text-anchor="end">${escapeText(r.mechanism)}</text><rect x="${left.toFixed(1)}" y="${22 + 20 * i}" width="${wide.toFixed(1)}" height="15" fill="${COLOURS[groups.indexOf(r.group) % COLOURS.length]}"><title>${escapeText(r.mechanism)}: ${added.toFixed(2)} us</title></rect>`;
	}).join("");
	const ticks = nice(most).map((t) => `<line class="grid" x1="${x(t)}" x2="${x(t)}" y1="16" y2="${h - 46}"/><text class="soft" x="${x(t)}" y="${h - 30}" text-anchor="middle">${human(t)}</text>`).join("") +
		`<text x="${x(most / 2)}" y="${h - 8}" text-anchor="middle">GPU time of an output token, us</text>`;
	show("v-ladder", "<h2>From the speed of light to the prediction</h2>" + legend(groups.map((g, i) => [COLOURS[i % COLOURS.length], g]).filter(([, g]) => there.has(g))) +
		(rungs.length ? svg("Ladder", `${rungs.length} mechanisms add up to ${human(at)} us a token`, ticks + bars, h, across()) : "<p>No step, no ladder.</p>") + tableOf(rungs.map((r) => ({ mechanism: r.mechanism, "us added": Number(r.us_added).toFixed(2), "us a token": Number(r.us_per_token).toFixed(2), "tok/s/GPU": human(Number(r.tok_s_gpu)) }))));
}

function drawRoofline(code) {
	const ops = code === 2 ? [] : ASK.table("ops");
	const points = ops.map((o) => ({ name: o.op, flop: Number(o.flop), bytes: Number(o.hbm_B), us: Number(o.time_us), share: Number(o.time_share), peak: Number(o.peak_flops), hbm: Number(o.hbm_Bps), bound: o.bound }))
		.filter((o) => o.flop > 0 && o.bytes > 0 && o.us > 0);
	if (!points.length) {
		show("v-roofline", "<h2>Roofline</h2><p>No step, no roofline.</p>");
		return;
	}
	const top = Math.max(...points.map((p) => p.peak)), hbm = points[0].hbm;
	const rate = (p) => p.flop / (p.us * 1e-6), ai = (p) => p.flop / p.bytes;
	const x0 = 0.5, x1 = 5000, y1 = top * 1.6, y0 = top / 2000;
	const x = { scale: log(x0, x1, M.left, W - M.right), ticks: logTicks(1, x1).filter((t) => /^1/.test(t)), label: "FLOP a byte of HBM" };
	const y = { scale: log(y0, y1, H - M.bottom, M.top), ticks: logTicks(y0, y1).filter((t) => /^1/.test(t)), label: "FLOP/s", format: human };
	const clip = (v, a, b) => Math.min(b, Math.max(a, v)), radius = (p) => 3 + 14 * Math.sqrt(p.share || 0);
	const roof = `<path d="${path([[x.scale(x0), y.scale(Math.max(y0, x0 * hbm))], [x.scale(top / hbm), y.scale(top)], [x.scale(x1), y.scale(top)]])}" fill="none" stroke="var(--ink)" stroke-width="2"/>`;
	const dots = points.map((p) => `<circle cx="${x.scale(clip(ai(p), x0, x1)).toFixed(1)}" cy="${y.scale(clip(rate(p), y0, y1)).toFixed(1)}" r="${radius(p).toFixed(1)}" fill="${p.bound === "compute" ? "var(--c2)" : p.bound === "hbm" ? "var(--c1)" : "var(--c5)"}" opacity=".75"><title>${escapeText(p.name)}: ${human(ai(p))} FLOP/B, ${human(rate(p))} FLOP/s, ${(100 * p.share).toFixed(1)} % of the step</title></circle>`).join("");
	const taken = [];
	const big = points.slice().sort((a, b) => b.share - a.share).slice(0, 5).map((p) => {
		const left = x.scale(clip(ai(p), x0, x1)) + 5 + radius(p);
		const beside = y.scale(clip(rate(p), y0, y1)) + 4;
		const low = [0, 13, -13, 26, -26, 39, -39, 52, -52].map((d) => beside + d).find((at) => at > M.top + 10 && at < H - M.bottom - 3 &&
			!taken.some(([a, b]) => Math.abs(a - left) < 70 && Math.abs(b - at) < 13)) ?? beside;
		taken.push([left, low]);
		return left > W - 60 ? `<text class="over" x="${(left - 10 - 2 * radius(p)).toFixed(1)}" y="${low.toFixed(1)}" text-anchor="end">${escapeText(p.name)}</text>` :
			`<text class="over" x="${left.toFixed(1)}" y="${low.toFixed(1)}">${escapeText(p.name)}</text>`;
	}).join("");
	show("v-roofline", "<h2>Roofline: the ops of this step</h2>" + legend([["var(--c1)", "bound by HBM", "dot"], ["var(--c2)", "by the tensor cores", "dot"], ["var(--c5)", "by launches", "dot"]]) +
		svg("Roofline", "a dot an op; its area is its share of the step", frame(x, y) + roof + dots + big) +
		tableOf(points.map((p) => ({ op: p.name, "FLOP/B": human(ai(p)), "FLOP/s": human(rate(p)), "share %": (100 * p.share).toFixed(1), bound: p.bound }))));
}

/* The same colour for a stage in every scenario, and for one that others have in its place. */
const STAGES = { attn0: 0, attn1: 1, dispatch: 2, attn_sum: 2, gate: 3, experts: 4, shared: 5, combine: 6, ffn_sum: 6 };

function drawTimeline(code) {
	const rows = code === 2 ? [] : ASK.table("timeline");
	if (!rows.length) {
		show("v-timeline", "<h2>One MoE layer in time</h2><p>No step, no timeline.</p>");
		return;
	}
	const lanes = [...new Set(rows.map((r) => r.lane))];
	const from = Math.min(...rows.map((r) => Number(r.from_us))), to = Math.max(...rows.map((r) => Number(r.to_us)));
	const x = linear(from, to, 84, across() - 26), h = 26 + 42 * lanes.length + 24;
	const stages = [...new Set(rows.map((r) => r.stage))];
	const hue = (stage) => COLOURS[(STAGES[stage] ?? stages.indexOf(stage)) % COLOURS.length];
	const bars = rows.map((r) => {
		const y = 14 + 42 * lanes.indexOf(r.lane), left = x(Number(r.from_us)), wide = Math.max(1, x(Number(r.to_us)) - left);
		const fill = r.kind === "busy" ? hue(r.stage) : "var(--shade)";
		const second = Number(r.micro) && wide > 4 ? ' stroke="var(--ink)" stroke-width="1.5"' : "";
		const name = r.kind === "busy" && wide > 9 * r.stage.length ? `<text class="over" x="${(left + wide / 2).toFixed(1)}" y="${y + 21}" text-anchor="middle">${escapeText(r.stage)}</text>` : "";
		return `<rect x="${left.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="32" fill="${fill}"${second}><title>${escapeText(r.stage)} ${escapeText(r.kind)}, micro-batch ${r.micro}: ${(Number(r.to_us) - Number(r.from_us)).toFixed(1)} us</title></rect>${name}`;
	}).join("");
	const names = lanes.map((l, i) => `<text x="78" y="${34 + 42 * i}" text-anchor="end">${escapeText(l)}</text>`).join("");
	const ticks = nice(to - from).map((t) => `<line class="grid" x1="${x(from + t)}" x2="${x(from + t)}" y1="8" y2="${h - 24}"/><text class="soft" x="${x(from + t)}" y="${h - 8}" text-anchor="middle">${t} us</text>`).join("");
	show("v-timeline", "<h2>One MoE layer in time, every rank's load the mean</h2>" + legend([...stages.map((s) => [hue(s), s]), ["var(--shade)", "waiting, copies, start-up"], ...(rows.some((r) => Number(r.micro)) ? [["var(--ink)", "the second micro-batch", "frame"]] : [])]) +
		svg("Timeline of a layer", `${lanes.length} lanes, ${(to - from).toFixed(0)} microseconds`, ticks + bars + names, h, across()) + tableOf(rows));
}

function drawMemory(code) {
	const parts = code === 2 ? [] : ASK.table("memory").map((p) => ({ name: p.name, gb: Number(p.bytes) / 1e9 }));
	const all = parts.reduce((s, p) => s + Math.max(0, p.gb), 0), x = linear(0, all || 1, 14, across() - 14);
	let at = 0;
	const colour = ["var(--c1)", "var(--c2)", "var(--c4)", "var(--c3)", "var(--shade)"];
	const bars = parts.map((p, i) => {
		const left = x(at), wide = Math.max(0, x(at + p.gb) - left);
		at += Math.max(0, p.gb);
		return `<rect x="${left.toFixed(1)}" y="20" width="${wide.toFixed(1)}" height="44" fill="${colour[i]}"><title>${escapeText(p.name)}: ${p.gb.toFixed(1)} GB</title></rect>`;
	}).join("");
	show("v-memory", "<h2>Memory of the fullest GPU</h2>" + legend(parts.map((p, i) => [colour[i], `${p.name} ${p.gb.toFixed(1)} GB`])) +
		(parts.length ? svg("Memory", parts.map((p) => `${p.name} ${p.gb.toFixed(1)} GB`).join(", "), bars + nice(all).map((t) => `<text class="soft" x="${x(t)}" y="84" text-anchor="${t ? "middle" : "start"}">${human(t)} GB</text>`).join(""), 96, across()) : "") + tableOf(parts.map((p) => ({ part: p.name, GB: p.gb.toFixed(2) }))));
}

function drawTraffic() {
	const now = Number(state.gpus), sizes = [...new Set([4, 8, 16, 32, 64, 128, now])].sort((a, b) => a - b);
	const asked = sizes.flatMap((g) => {
		const seqs = Number(state.batch) * (Number(state.gpus) / Number(state.tp));
		return [["EP", { gpus: g, tp: 1, ep: "", batch: Math.max(1, seqs / g) }], ["TP", { gpus: g, tp: g, ep: 1, batch: seqs }]].map(([how, change]) => {
			const code = SCAN.answer({ ...state, dcp: "", pp: "", ...change });
			return { how, g, nvlink: SCAN.number("nvlink_bytes_per_token"), rdma: SCAN.number("rdma_bytes_per_token"), why: code === 2 ? SCAN.error() : SCAN.text("refusal") };
		});
	});
	const rows = asked.filter((r) => isFinite(r.nvlink)), refused = asked.filter((r) => !isFinite(r.nvlink));
	const most = Math.max(1, ...rows.map((r) => r.nvlink + r.rdma)) * 1.1;
	const x = { scale: log(Math.min(3.4, 0.85 * now), Math.max(150, 1.2 * now), M.left, W - M.right), ticks: sizes, label: "GPUs of a replica, the same sequences in all", format: String };
	const y = { scale: linear(0, most, H - M.bottom, M.top), ticks: nice(most), label: "bytes a token" };
	const at = (r) => x.scale(r.g) + (r.how === "EP" ? -11 : 1);
	const shade = refused.map((r) => `<rect x="${at(r)}" y="${M.top}" width="10" height="${H - M.bottom - M.top}" fill="var(--shade)"><title>${r.how}${r.g}: ${escapeText(r.why)}</title></rect>`).join("");
	const bars = rows.map((r) => {
		const left = at(r), a = y.scale(r.nvlink), b = y.scale(r.nvlink + r.rdma);
		return `<rect x="${left}" y="${a}" width="10" height="${Math.max(0, H - M.bottom - a)}" fill="${r.how === "EP" ? "var(--c1)" : "var(--c4)"}"><title>${r.how}${r.g}: NVLink ${human(r.nvlink)} B</title></rect><rect x="${left}" y="${b}" width="10" height="${Math.max(0, a - b)}" fill="${r.how === "EP" ? "var(--c6)" : "var(--c2)"}"><title>${r.how}${r.g}: RDMA ${human(r.rdma)} B</title></rect>`;
	}).join("");
	show("v-traffic", "<h2>Bytes a token on wires, TP and EP</h2>" + legend([["var(--c1)", "EP, NVLink"], ["var(--c6)", "EP, RDMA"], ["var(--c4)", "TP, NVLink"], ["var(--c2)", "TP, RDMA"], ...(refused.length ? [["var(--shade)", "refused"]] : [])]) +
		svg("Traffic", "two bars a size: EP left, TP right", shade + frame(x, y) + bars) + tableOf(asked.map((r) => ({ layout: r.how + r.g, "NVLink B": human(r.nvlink), "RDMA B": human(r.rdma), refused: isFinite(r.nvlink) ? "" : r.why }))));
}

function drawVersus(code) {
	const el = document.getElementById("v-versus");
	el.hidden = !pinned;
	document.getElementById("unpin").hidden = !pinned;
	if (!pinned)
		return;
	const first = OTHER.answer(pinned);
	if (code === 2 || first === 2) {
		show("v-versus", "<h2>A against B</h2><p>One of the two has no step.</p>");
		return;
	}
	const rows = OTHER.versus(ASK).filter((r) => Math.abs(r.us_difference) > 0.005);
	const most = Math.max(1e-9, ...rows.map((r) => Math.abs(r.us_difference)));
	const x = linear(-most, most, 150, across() - 10), h = 20 + 20 * rows.length + 14;
	const bars = rows.map((r, i) => {
		const d = Number(r.us_difference), left = Math.min(x(0), x(d));
		return `<text x="144" y="${24 + 20 * i}" text-anchor="end">${escapeText(r.mechanism)}</text><rect x="${left}" y="${12 + 20 * i}" width="${Math.max(1, Math.abs(x(d) - x(0)))}" height="15" fill="${d > 0 ? "var(--c2)" : "var(--c3)"}"><title>${d.toFixed(2)} us</title></rect>`;
	}).join("");
	const words = (d) => `${escapeText(d.text("hw"))}, ${d.text("gpus")} GPUs, TP${d.text("tp")} EP${d.text("ep")}, batch ${d.text("batch")}: ${human(d.number("tok_s_gpu"))} tok/s/GPU`;
	show("v-versus", `<h2>A against B, rung by rung</h2><p>A: ${words(OTHER)}.<br>B: ${words(ASK)}.</p>` + legend([["var(--c2)", "B takes longer"], ["var(--c3)", "B takes less"]]) +
		svg("Difference", "GPU-microseconds a token that each mechanism adds in B over A", bars, h, across()) + tableOf(rows.map((r) => ({ mechanism: r.mechanism, A: Number(r.us_added).toFixed(2), B: Number(r.us_added_versus).toFixed(2), difference: Number(r.us_difference).toFixed(2) }))));
}

function drawFacts(code) {
	const el = document.getElementById("v-facts"), of = [state.hw, state.stack, state.model].join(" ");
	if (code !== 2 && el.dataset.of === of)
		return;
	const rows = code === 2 ? [] : ASK.table("facts").filter((r) => r.of === state.hw || r.of === state.model || r.of === state.stack);
	el.dataset.of = rows.length ? of : "";
	const assumed = rows.filter((r) => r.origin === "assumed");
	show("v-facts", `<h2>The facts behind it</h2><p>${rows.length} rows of the named sheets, ${assumed.length} of them <mark>assumed</mark>; each has its source.</p><details><summary>All of them</summary><div tabindex="0" role="region" aria-label="Facts"><table><thead><tr><th scope="col">sheet</th><th scope="col">key</th><th scope="col">value</th><th scope="col">unit</th><th scope="col">origin</th><th scope="col">source</th></tr></thead><tbody>${rows.map((r) => `<tr><td>${escapeText(r.of)}</td><td>${escapeText(r.key)}</td><td>${escapeText(r.value)}</td><td>${escapeText(r.unit)}</td><td>${r.origin === "assumed" ? "<mark>assumed</mark>" : escapeText(r.origin)}</td><td>${escapeText(r.source)}</td></tr>`).join("")}</tbody></table></div></details>`);
}

/* ---- drawing ---- */

let later = 0;

function draw() {
	SIM.trouble = "";
	setOutputs();
	const code = ASK.answer(state);
	drawAnswer(code);
	drawLadder(code);
	drawMemory(code);
	drawRoofline(code);
	drawVersus(code);
	drawLesson();
	drawServe(150);
	drawNote();
	clearTimeout(later);
	later = setTimeout(drawLater, 0);
}

/* What a slider in motion can be a moment ahead of. */
function drawLater() {
	drawEp();
	drawPareto();
	drawTraffic();
	drawTimeline(ASK.answer(state));
	drawFacts(0);
	drawNote();
	document.body.dataset.drawn = String(Number(document.body.dataset.drawn || 0) + 1);
}

function load() {
	fromAddress();
	setControls();
	draw();
}

buildControls();
buildServe();
let wasAcross = across();
window.addEventListener("resize", () => {
	if (across() !== wasAcross)
		draw();
	wasAcross = across();
});
window.addEventListener("popstate", load);
window.addEventListener("hashchange", load);
load();
