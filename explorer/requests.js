/* Lesson seven's instrument: the engine played request by request. */

const SERVE_FIRST = { how: "closed", clients: "32", rate: "2", isl: "4096", osl: "512" };
const SERVE_FIELDS = [
	{ column: "how", label: "Requests come", options: ["closed", "poisson"], words: ["from clients that wait", "by the clock"] },
	{ column: "clients", label: "Clients", log: [1, 1024], of: "closed" },
	{ column: "rate", label: "Requests a second", list: [0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32], of: "poisson" },
	{ column: "isl", label: "Prompt, tokens", log: [64, 131072] },
	{ column: "osl", label: "Answer, tokens", log: [16, 8192] },
];
let load7 = { ...SERVE_FIRST }, inSight = false;

/* So many are played that each client comes twice, and a redraw stays short. */
function requestsOf(load) {
	return load.how === "closed" ? Math.min(512, Math.max(24, 2 * Number(load.clients))) : 120;
}

function serveScenario() {
	const { batch, ctx, ...rest } = state;
	return { ...rest, mode: "colocated", isl: load7.isl, osl: load7.osl, requests: String(requestsOf(load7)),
		...(load7.how === "closed" ? { concurrency: load7.clients } : {}) };
}

function serveAsked() {
	return load7.how === "closed" ? {} : { arrivals: "poisson", rate: load7.rate };
}

function serveCommand() {
	const plain = { tp: "1", dcp: "1", pp: "1", mtp: "0", weights: "native", kv: "native" };
	const all = Object.entries({ ...serveScenario(), ...serveAsked() }).filter(([c, v]) => v !== "" && plain[c] !== v);
	return "deeproof run " + all.map(([c, v]) => `--${c} ${v}`).join(" ");
}

function serveSane(field, value) {
	return saneOf(field, value, SERVE_FIRST[field.column]);
}

/* ---- controls ---- */

function buildServe() {
	document.getElementById("serve-fields").innerHTML = SERVE_FIELDS.map((f) => control(f)).join("");
	for (const field of SERVE_FIELDS) {
		const el = document.getElementById("f-" + field.column);
		const read = () => {
			load7[field.column] = el.type === "range" ? valueAt(field, Number(el.value)) : el.value;
			setServe();
			drawServe(0);
		};
		el.addEventListener("input", read);
		el.addEventListener("change", () => { read(); keep(); });
	}
	new IntersectionObserver((seen) => {
		inSight = seen[seen.length - 1].isIntersecting;
		if (inSight)
			drawServe(0);
	}, { rootMargin: "200px" }).observe(document.getElementById("v-serve"));
}

function setServe() {
	for (const field of SERVE_FIELDS) {
		const el = document.getElementById("f-" + field.column), out = document.getElementById("f-" + field.column + "-out");
		el.value = el.type === "range" ? position(field, load7) : load7[field.column];
		el.closest(".field").hidden = Boolean(field.of) && field.of !== load7.how;
		if (out) {
			out.textContent = shown(field, load7[field.column]);
			el.setAttribute("aria-valuetext", out.textContent);
		}
	}
	document.getElementById("serve-command").textContent = serveCommand();
}

/* ---- the play ---- */

let serveTimer = 0;

/* Without the band first; with it when nothing moves any more. */
function drawServe(wait) {
	clearTimeout(serveTimer);
	setServe();
	if (!inSight)
		return;
	serveTimer = setTimeout(() => {
		const began = performance.now();
		playServe("0");
		const took = performance.now() - began;
		if (took * (load7.how === "closed" ? 3 : 12) < 700)
			serveTimer = setTimeout(() => playServe("1"), 350);
	}, wait);
}

function playServe(band) {
	const code = SERVE.serve(serveScenario(), { ...serveAsked(), band });
	const row = code === 2 ? undefined : SERVE.table("served")[0];
	const big = document.getElementById("serve-big");
	document.body.dataset.served = String(Number(document.body.dataset.served || 0) + 1);
	drawNote();
	if (SERVE.ended) {
		big.innerHTML = item("no answer", escapeText(SERVE.ended), "no");
		show("serve-figures", "");
		return;
	}
	if (!row || !Number(row.answered)) {
		big.innerHTML = item(code === 2 ? "no such load" : "not one is answered", escapeText(code === 2 ? SERVE.error() : SERVE.text("refusal") || "each is longer than the KV room"), "no");
		show("serve-figures", "");
		return;
	}
	const n = (c) => Number(row[c]);
	const within = (low, high, unit) => (band === "1" ? `; ${term("band", "80 %")}: ${human(n(low))} to ${human(n(high))} ${unit}` : "");
	big.innerHTML = item(`${told("median_ttft_ms", row.median_ttft_ms)} ms`, `median wait for the first token${within("median_ttft_low_ms", "median_ttft_high_ms", "ms")}`) +
		item(`${human(n("p99_ttft_ms"))} ms`, "the same, 99th percentile") +
		item(`${told("median_tpot_ms", row.median_tpot_ms)} ms`, `a token after that, median${within("median_tpot_low_ms", "median_tpot_high_ms", "ms")}`) +
		item(human(n("waiting")), "in the queue, mean over time") +
		item(human(n("running")), `being answered, mean over time; the answer above has ${human(ASK.number("concurrency"))}`) +
		item(told("serve_tok_s_gpu", row.tok_s_gpu), "output tok/s/GPU, prompts included in the time");
	drawServeFigures(row);
}

function drawServeFigures(row) {
	const state = SERVE.table("occupancy").map((r) => ({ at: Number(r.at_s), running: Number(r.running || 0), waiting: Number(r.waiting || 0) }));
	const each = SERVE.table("requests").filter((r) => r.ttft_ms !== "");
	const end = Math.max(1e-3, ...state.map((s) => s.at)), h = 250;
	const most = Math.max(1, ...state.map((s) => s.running + s.waiting)) * 1.08;
	const x = { scale: linear(0, end, M.left, W - M.right), ticks: nice(end), label: "seconds" };
	const y = { scale: linear(0, most, h - M.bottom, M.top), ticks: nice(most, 4).filter((t) => t === Math.round(t)), label: "requests" };
	const area = (value, base) => `${path(state.map((s) => [x.scale(s.at), y.scale(value(s))]).concat(state.map((s) => [x.scale(s.at), y.scale(base(s))]).reverse()))}Z`;
	const stack = `<path d="${area((s) => s.running, () => 0)}" fill="var(--c1)" opacity=".75"/><path d="${area((s) => s.running + s.waiting, (s) => s.running)}" fill="var(--c2)" opacity=".85"/>`;
	const top = Math.max(1, ...each.map((r) => Number(r.ttft_ms))) * 1.08;
	const t = { scale: linear(0, top, h - M.bottom, M.top), ticks: nice(top, 4), label: "first token after, ms" };
	const dots = each.map((r) => `<circle cx="${x.scale(Math.min(end, Number(r.sent_s))).toFixed(1)}" cy="${t.scale(Number(r.ttft_ms)).toFixed(1)}" r="3" fill="var(--c1)" opacity=".7"><title>request ${r.request}: ${r.prompt_tokens} tokens of prompt, first token after ${human(Number(r.ttft_ms))} ms</title></circle>`).join("");
	const line = (ms, words) => `<line x1="${M.left}" x2="${W - M.right}" y1="${t.scale(ms)}" y2="${t.scale(ms)}" stroke="var(--ink)" stroke-dasharray="3 4"/><text x="${W - M.right}" y="${t.scale(ms) - 5}" text-anchor="end">${words}</text>`;
	show("serve-figures", `<div class="pair"><div><h3>Who runs, who waits</h3>${legend([["var(--c1)", "being answered"], ["var(--c2)", "in the queue"]])}${svg("Requests over time", `at most ${Math.round(most / 1.08)} at once over ${end.toFixed(1)} seconds`, frame(x, y, h) + stack, h)}</div>
<div><h3>What each request waits</h3>${legend([["var(--c1)", "a request, where it was sent"]])}${svg("Wait for the first token", `median ${row.median_ttft_ms} ms`, frame({ ...x, label: "sent at, seconds" }, t, h) + dots + line(Number(row.median_ttft_ms), "half wait longer"), h)}</div></div>` +
		tableOf(each.slice(0, 200).map((r) => ({ request: r.request, "sent s": r.sent_s, "prompt tokens": r.prompt_tokens, "answer tokens": r.output_tokens, "TTFT ms": r.ttft_ms, "TPOT ms": r.tpot_ms }))));
}
