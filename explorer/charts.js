/* Figures: SVG with a title, a description and the table behind it. */

const W = 440, H = 300, M = { left: 64, right: 14, top: 14, bottom: 46 };
const COLOURS = ["var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)", "var(--c7)"];

/* A figure across the page has its text as large as the others'. */
function across() {
	return window.innerWidth > 900 ? 880 : W;
}

function escapeText(s) {
	return String(s).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function human(x) {
	if (!isFinite(x))
		return "-";
	const a = Math.abs(x);
	if (a >= 1e12) return +(x / 1e12).toPrecision(3) + " T";
	if (a >= 1e9) return +(x / 1e9).toPrecision(3) + " G";
	if (a >= 1e6) return +(x / 1e6).toPrecision(3) + " M";
	if (a >= 1e4) return +(x / 1e3).toPrecision(3) + " k";
	return String(+x.toPrecision(3));
}

/* Four digits to read. */
function four(digits) {
	const x = Number(digits), far = Math.abs(x) >= 1e3 && Math.abs(x) < 1e9;
	return far ? Math.round(x) : +x.toPrecision(4);
}

/* The same; all that the command line has behind them. */
function told(id, digits) {
	return `<span id="${id}" title="${digits}" data-digits="${digits}">${four(digits)}</span>`;
}

function nice(most, nr = 5) {
	const raw = most / nr, power = 10 ** Math.floor(Math.log10(raw));
	const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((s) => s >= raw);
	const ticks = [];
	for (let t = 0; t <= most * 1.0001; t += step)
		ticks.push(+t.toPrecision(6));
	return ticks;
}

function linear(from, to, a, b) {
	return (x) => a + (x - from) / (to - from || 1) * (b - a);
}

function log(from, to, a, b) {
	const l = linear(Math.log(from), Math.log(to), a, b);
	return (x) => l(Math.log(x));
}

function logTicks(from, to) {
	const out = [];
	for (let p = 10 ** Math.floor(Math.log10(from)); p <= to; p *= 10)
		for (const k of to / from < 200 ? [1, 2, 5] : [1])
			if (p * k >= from * .999 && p * k <= to * 1.001)
				out.push(p * k);
	return out;
}

/* Axes and grid; x and y: {scale, ticks, label, format}. */
function frame(x, y, h = H) {
	const parts = [];
	for (const t of y.ticks) {
		const at = y.scale(t).toFixed(1);
		parts.push(`<line class="grid" x1="${M.left}" x2="${W - M.right}" y1="${at}" y2="${at}"/>`,
			`<text class="soft" x="${M.left - 6}" y="${at}" dy="4" text-anchor="end">${escapeText((y.format || human)(t))}</text>`);
	}
	let last = -1e9;
	for (const t of x.ticks) {
		const at = x.scale(t);
		parts.push(`<line class="grid" x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${M.top}" y2="${h - M.bottom}"/>`);
		if (at - last < 34)
			continue;
		last = at;
		parts.push(`<text class="soft" x="${at.toFixed(1)}" y="${h - M.bottom + 16}" text-anchor="middle">${escapeText((x.format || human)(t))}</text>`);
	}
	parts.push(`<text x="${(M.left + W - M.right) / 2}" y="${h - 8}" text-anchor="middle">${escapeText(x.label)}</text>`,
		`<text transform="translate(14 ${(M.top + h - M.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeText(y.label)}</text>`);
	return parts.join("");
}

function path(points) {
	return points.map((p, i) => (i ? "L" : "M") + p[0].toFixed(1) + " " + p[1].toFixed(1)).join("");
}

function svg(title, desc, body, h = H, w = W) {
	return `<svg viewBox="0 0 ${w} ${h}" role="img" aria-label="${escapeText(title + ". " + desc)}">${body}</svg>`;
}

/* Of the figures that are drawn now: filled in when somebody opens it. */
const TABLES = new Map();
let tables = 0;

function tableOf(rows) {
	if (!rows.length)
		return "";
	TABLES.set(++tables, rows);
	return `<details data-table="${tables}"><summary>The numbers as a table</summary><div tabindex="0" role="region" aria-label="Table"></div></details>`;
}

function fillTable(el, rows) {
	const head = Object.keys(rows[0]);
	el.innerHTML = `<table><thead><tr>${head.map((h) => `<th scope="col">${escapeText(h)}</th>`).join("")}</tr></thead><tbody>${rows.map((r) => `<tr>${head.map((h) => `<td>${escapeText(r[h] ?? "")}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
}

/* An item is a colour, words, and the shape it is drawn in: a box, unless said. */
function legend(items) {
	return `<ul class="legend">${items.map(([colour, words, shape]) => `<li><i class="${shape || "box"}" style="color:${colour}"></i>${escapeText(words)}</li>`).join("")}</ul>`;
}

/* Keep a details element open over a redraw. */
function show(id, html) {
	const el = document.getElementById(id);
	const open = el.querySelector("details[open]") !== null;
	el.innerHTML = html;
	const all = el.querySelector("details");
	if (open && all)
		all.setAttribute("open", "");
	if (!all || !all.dataset.table)
		return;
	const nr = Number(all.dataset.table), rows = TABLES.get(nr);
	TABLES.delete(nr);
	const fill = () => fillTable(all.querySelector("div"), rows);
	if (open)
		fill();
	else
		all.addEventListener("toggle", fill, { once: true });
}
