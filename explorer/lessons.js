/* Seven lessons: a question, a thing to drag, what to see, a number to check. */

const H200 = { ...{ hw: "h200-sxm", stack: "sglang", model: "deepseek-v3", gpus: "8", tp: "1", ep: "", dcp: "1", pp: "1", batch: "32", ctx: "4096", weights: "native", kv: "native", mtp: "0", overlap: "", balance: "", redundant: "", date: "", price: "" } };

const LESSONS = [
	{ title: "Why is decode bound by memory?",
	  ask: "A GPU can do hundreds of FLOPs for every byte it reads. Does decode give it that many?",
	  drag: "Start at 1 sequence a group and drag it up.",
	  see: "In the roofline the experts sit far left at batch 1: each weight is read for one or two tokens. They climb the slope as tokens share a weight. MFU stays low until the batch is large; MBU does not.",
	  check: "A weight byte in FP8 serves 2 FLOPs a token. To reach the ridge of 1,979 TFLOP/s over 4.8 TB/s an expert needs 412 / 2 = 206 tokens.",
	  start: { ...H200, batch: "1" } },
	{ title: "Why does MLA under TP not save KV?",
	  ask: "Attention TP splits heads over GPUs. Does it split the KV cache?",
	  drag: "Move attention tensor parallel from 1 to 8, then decode context parallel from 1 to 8.",
	  see: "MLA caches one latent that every head reads, so under TP each GPU holds all of it: eight groups had room each, now one has, and it has little more. Context parallel splits the latent itself.",
	  check: "DeepSeek-V3 caches 576 numbers in bf16 a token and layer: 576 x 2 B x 61 = 70,272 B a token, on every GPU of the TP group.",
	  start: { ...H200, batch: "4", ctx: "65536" } },
	{ title: "Why spread experts wide?",
	  ask: "With EP over more GPUs each holds fewer experts. What does that buy, and what does it cost?",
	  drag: "Move GPUs of a replica from 8 to 144 and watch the memory and the ladder.",
	  see: "Weights shrink on each GPU, so more sequences fit; each expert sees the tokens of all GPUs, so its weights are read for more of them. The exchange and the busiest rank grow.",
	  check: "At EP8 a GPU reads 32 experts of 44 MB in each of 58 layers: 81.7 GB, 17 ms at 4.8 TB/s before any token moves.",
	  start: { ...H200, gpus: "8", batch: "64" } },
	{ title: "When does overlap hurt?",
	  ask: "Two micro-batches hide the exchange of one under the compute of the other. Is that free?",
	  drag: "Set overlap to none and to two-batch, at batch 16 and at batch 128.",
	  see: "Each micro-batch reads the expert weights again (“second micro-batch” in the ladder). Small batches pay that and hide little; large ones hide all of the exchange.",
	  check: "Halving 16 sequences of 72 GPUs leaves 8 x 72 x 8 / 256 = 18 rows an expert: the same bytes for half the rows.",
	  start: { ...H200, hw: "h800-sxm", stack: "deepseek", gpus: "72", batch: "16", overlap: "two-batch" } },
	{ title: "What does a network cost that is never exposed?",
	  ask: "If every exchange hides under compute, is the network free?",
	  drag: "With two-batch overlap, raise the batch until the bytes of the exchange in the ladder vanish; then look at what of it stays.",
	  see: "What is hidden still took SMs for its copies and a second read of the weights to hide under. Those rungs stay when the wire's own is gone.",
	  check: "DeepSeek's decode leaves the exchange no exposed time and still runs at 2,325 tok/s/GPU where the memory alone would allow more than twice that.",
	  start: { ...H200, hw: "h800-sxm", stack: "deepseek", gpus: "128", batch: "128", overlap: "two-batch", balance: "uniform", redundant: "0" } },
	{ title: "Why does one slow rank stop all?",
	  ask: "Every layer ends with an exchange that waits for the last rank. How much is the last one behind?",
	  drag: "Switch expert balance between uniform, skewed and eplb; move the spare slots.",
	  see: "The imbalance is the busiest rank's rows over the mean. Popular experts make it 2 to 4 at wide EP; copies of them on spare slots bring it near 1.2.",
	  check: "Of 72 ranks with equal experts and 128 tokens each, a rank expects 1,024 rows, give or take 32: the busiest of 72 is about 2.4 of those, 8 %, over.",
	  start: { ...H200, hw: "h100-sxm", gpus: "72", batch: "128", ctx: "2048", balance: "skewed", redundant: "0" } },
	{ title: "What does a request see?",
	  ask: "A step is priced for those in it. What of the clients that wait to get in?",
	  drag: "In “What a request sees” below, raise the clients from 8 to 128; then let them come by the clock and raise the rate.",
	  see: "Up to the KV room more clients only slow each other a little. Beyond it the orange queue stands all the time: tok/s/GPU stays, and all that grows is the wait for the first token. By the clock there is a rate that it cannot do, and there the wait has no end.",
	  check: "Little's law: those in the house are the answers a second times the mean time from question to end. The command below prints them all: what is answered over its seconds, times the mean of end to end, is nearly the running and the waiting together.",
	  start: { ...H200, tp: "8", ep: "1", batch: "64", ctx: "8704" },
	  load: { how: "closed", clients: "64", isl: "8192", osl: "1024" } },
];

function drawLesson() {
	const l = LESSONS[lesson];
	const el = document.getElementById("lesson");
	if (el.dataset.at === String(lesson))
		return;
	el.dataset.at = String(lesson);
	el.innerHTML = `<div class="tabs">${LESSONS.map((x, i) => `<button type="button" data-lesson="${i}" aria-pressed="${i === lesson}" title="${escapeText(x.title)}">${i + 1}<span class="sr"></span></button>`).join("")}</div>
<h3>${escapeText(l.title)}</h3><p>${escapeText(l.ask)}</p><p><b>Drag:</b> ${escapeText(l.drag)}</p><p><b>See:</b> ${escapeText(l.see)}</p><p class="check"><b>Check yourself:</b> ${escapeText(l.check)}</p><p><button type="button" id="lesson-start">Set it up</button></p>`;
	for (const b of el.querySelectorAll("[data-lesson]")) {
		b.setAttribute("aria-label", `Lesson ${Number(b.dataset.lesson) + 1}: ${LESSONS[b.dataset.lesson].title}`);
		b.addEventListener("click", () => { lesson = Number(b.dataset.lesson); keep(); drawLesson(); document.querySelector(`[data-lesson="${lesson}"]`).focus(); });
	}
	document.getElementById("lesson-start").addEventListener("click", () => { clamped = []; state = { ...l.start }; load7 = { ...SERVE_FIRST, ...l.load }; setControls(); keep(); draw(); if (l.load) document.getElementById("v-serve").scrollIntoView(); });
}
