/* The simulator: libdeeproof, compiled to WebAssembly, behind strings. */

function decodeBase64(text) {
	const raw = atob(text.trim());
	const bytes = new Uint8Array(raw.length);
	for (let i = 0; i < raw.length; i++)
		bytes[i] = raw.charCodeAt(i);
	return bytes;
}

/* What wasi-libc asks for and a simulator never does: files. */
const noFiles = new Proxy({}, { get: () => () => 8 });

/* Thrown through every frame of a call when memory ends, as longjmp would. */
const LEFT = { toString: () => "out of memory; ask for less at once" };

class Simulator {
	constructor(bytes, bundle) {
		const module = new WebAssembly.Module(bytes);
		this.x = new WebAssembly.Instance(module, {
			wasi_snapshot_preview1: noFiles,
			page: { leave() { throw LEFT; } },
		}).exports;
		if (this.x.deeproof_version() !== 1)
			throw new Error("another interface than this page's");
		this.bundle = bundle;
		this.words = new Map();
		this.trouble = "";	// the last sentence of memory's end
	}

	/*
	 * Call a door with numbers and strings. A call that memory left puts
	 * the module's stack back where it was, gives back what its handle
	 * held, and throws LEFT.
	 */
	call(door, d, ...rest) {
		const stack = this.x.__stack_pointer.value;
		try {
			return this.x["deeproof_" + door](d, ...rest.map((r) =>
				(typeof r === "string" ? this.word(r) : r)));
		} catch (e) {
			if (e !== LEFT)
				throw e;
			this.x.__stack_pointer.value = stack;
			const left = this.x.deeproof_left(d);
			if (!d)
				this.x.deeproof_close(left);
			throw LEFT;
		}
	}

	put(text) {
		const bytes = new TextEncoder().encode(text + "\0");
		const at = this.x.malloc(bytes.length);
		if (!at)
			throw LEFT;
		new Uint8Array(this.x.memory.buffer, at, bytes.length).set(bytes);
		return at;
	}

	forget() {
		for (const at of this.words.values())
			this.x.free(at);
		this.words.clear();
	}

	/* Names and values recur, so they are kept. */
	word(text) {
		if (!this.words.has(text))
			this.words.set(text, this.put(text));
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

/*
 * One question after another. Where memory ends the question has failed as if
 * it were malformed, and the next one is asked of a new handle.
 */
class Asker {
	constructor(sim) {
		this.sim = sim;
		this.d = 0;
		this.ended = "";	// the sentence, until the next question
		if (!this.opened())
			throw new Error(this.error());
		this.head = this.text_of("head").split(",");
	}

	opened() {
		if (this.d)
			return true;
		let text = 0, failed = true;
		try {
			this.d = this.sim.call("open", 0);
			text = this.d && this.sim.put(this.sim.bundle);
			failed = !this.d || this.sim.call("load", this.d, text);
			this.ended = failed ? this.error() : "";
		} catch (e) {
			this.end(e);
		}
		this.sim.x.free(text);
		if (failed)
			this.close();
		return !failed;
	}

	close() {
		this.sim.x.deeproof_close(this.d);
		this.d = 0;
	}

	/* Any failure but that of memory is a fault of the program. */
	end(why) {
		if (why !== LEFT)
			throw why;
		this.ended = this.d && this.sim.get(this.sim.x.deeproof_error(
			this.d)) || String(LEFT);
		this.sim.trouble = this.ended;
		this.sim.forget();
		this.close();
	}

	/* What the door returns, or what it does where it fails. */
	ask(failed, door, ...rest) {
		if (!this.d)
			return failed;
		try {
			return this.sim.call(door, this.d, ...rest);
		} catch (e) {
			this.end(e);
			return failed;
		}
	}

	text_of(door, ...rest) {
		return this.sim.get(this.ask(0, door, ...rest));
	}

	error() {
		return this.ended || !this.d ? this.ended || String(LEFT) :
			this.text_of("error");
	}

	names(kind) {
		return (this.text_of("names", kind) || "").split("\n").filter((s) => s);
	}

	/* Blank, of a handle that is there; false: there is no memory for one. */
	cleared() {
		this.ended = "";
		if (this.sim.words.size > 4000)
			this.sim.forget();
		if (!this.opened())
			return false;
		this.ask(0, "clear");
		return true;
	}

	/* Whether all was taken that is not blank. */
	set(door, of) {
		return Object.entries(of).every(([name, value]) =>
			value === "" || value === undefined || value === null ||
			!this.ask(-1, door, name, String(value)));
	}

	/* 0 yes, 1 no, 2 malformed. */
	answer(scenario) {
		return this.cleared() && this.set("set", scenario) ?
			this.ask(2, "answer") : 2;
	}

	/* Requests, one by one; as answer, and asked beside the columns. */
	serve(scenario, asked) {
		return this.cleared() && this.set("set", scenario) &&
			this.set("serving", asked) ? this.ask(2, "serve") : 2;
	}

	number(column) {
		return this.ask(NaN, "number", column);
	}

	text(column) {
		return this.text_of("text", column) || "";
	}

	row() {
		return this.text_of("row") || "";
	}

	table(what) {
		return parse(this.text_of("table", what));
	}

	versus(other) {
		return parse(other.d && this.text_of("versus", other.d));
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
