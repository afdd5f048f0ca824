/* The simulator: libdeeproof, compiled to WebAssembly, behind strings. */

function decodeBase64(text) {
	const raw = atob(text.trim());
	const bytes = new Uint8Array(raw.length);
	for (let i = 0; i < raw.length; i++)
		bytes[i] = raw.charCodeAt(i);
	return bytes;
}

/* What wasi-libc asks for and a simulator never does: files. */
const noFiles = {
	wasi_snapshot_preview1: new Proxy({}, { get: () => () => 8 }),
};

class Simulator {
	constructor(bytes, bundle) {
		const module = new WebAssembly.Module(bytes);
		this.x = new WebAssembly.Instance(module, noFiles).exports;
		if (this.x.deeproof_version() !== 1)
			throw new Error("another interface than this page's");
		this.bundle = bundle;
		this.words = new Map();
	}

	put(text) {
		const bytes = new TextEncoder().encode(text + "\0");
		const at = this.x.malloc(bytes.length);
		new Uint8Array(this.x.memory.buffer, at, bytes.length).set(bytes);
		return at;
	}

	/* Names and values recur, so they are kept. */
	word(text) {
		if (!this.words.has(text)) {
			if (this.words.size > 4000) {
				for (const at of this.words.values())
					this.x.free(at);
				this.words.clear();
			}
			this.words.set(text, this.put(text));
		}
		return this.words.get(text);
	}

	get(at) {
		if (!at)
			return null;
		const all = new Uint8Array(this.x.memory.buffer);
		const end = all.indexOf(0, at);
		return new TextDecoder().decode(all.subarray(at, end));
	}

	open() {
		return new Asker(this);
	}
}

/* One question after another. */
class Asker {
	constructor(sim) {
		this.sim = sim;
		this.d = sim.x.deeproof_open();
		const text = sim.put(sim.bundle);
		const failed = sim.x.deeproof_load(this.d, text);
		sim.x.free(text);
		if (failed)
			throw new Error(this.error());
		this.head = sim.get(sim.x.deeproof_head(this.d)).split(",");
	}

	error() {
		return this.sim.get(this.sim.x.deeproof_error(this.d));
	}

	names(kind) {
		const at = this.sim.x.deeproof_names(this.d, this.sim.word(kind));
		return this.sim.get(at).split("\n").filter((s) => s);
	}

	/* 0 yes, 1 no, 2 malformed. */
	answer(scenario) {
		const x = this.sim.x;
		x.deeproof_clear(this.d);
		for (const [column, value] of Object.entries(scenario)) {
			if (value === "" || value === undefined || value === null)
				continue;
			if (x.deeproof_set(this.d, this.sim.word(column),
					   this.sim.word(String(value))))
				return 2;
		}
		return x.deeproof_answer(this.d);
	}

	/* Requests, one by one; as answer, and asked beside the columns. */
	serve(scenario, asked) {
		const x = this.sim.x;
		const set = (call, of) => Object.entries(of).every(([name, value]) =>
			value === "" || value === undefined || value === null ||
			!call(this.d, this.sim.word(name), this.sim.word(String(value))));
		x.deeproof_clear(this.d);
		if (!set(x.deeproof_set, scenario) || !set(x.deeproof_serving, asked))
			return 2;
		return x.deeproof_serve(this.d);
	}

	number(column) {
		return this.sim.x.deeproof_number(this.d, this.sim.word(column));
	}

	text(column) {
		return this.sim.get(this.sim.x.deeproof_text(this.d,
			this.sim.word(column)));
	}

	row() {
		return this.sim.get(this.sim.x.deeproof_row(this.d));
	}

	table(what) {
		return parse(this.sim.get(this.sim.x.deeproof_table(this.d,
			this.sim.word(what))));
	}

	versus(other) {
		return parse(this.sim.get(this.sim.x.deeproof_versus(this.d,
			other.d)));
	}
}

/* CSV as this library writes it, to a list of objects of strings. */
function parse(text) {
	if (!text)
		return [];
	const rows = [];
	let row = [], cell = "", quoted = false;
	for (let i = 0; i < text.length; i++) {
		const c = text[i];
		if (quoted) {
			if (c !== '"')
				cell += c;
			else if (text[i + 1] === '"')
				cell += text[++i];
			else
				quoted = false;
		} else if (c === '"') {
			quoted = true;
		} else if (c === "," || c === "\n") {
			row.push(cell);
			cell = "";
			if (c === "\n") {
				rows.push(row);
				row = [];
			}
		} else {
			cell += c;
		}
	}
	const head = rows.shift();
	return rows.map((r) => Object.fromEntries(head.map((h, i) => [h, r[i]])));
}
