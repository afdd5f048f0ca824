"""deeproof in Python: the simulator's library, and nothing but ctypes.

    import deeproof
    deeproof.ask(hw="h200-sxm", model="deepseek-v3", gpus=8, ep=8,
                 batch=64, ctx=4096)["tok_s_gpu"]

A scenario is keyword arguments or a dict, by the columns of the CSV; a list
of dicts gives a dict of lists, which pandas.DataFrame takes as it is. Numbers
have the digits of the command line. What is malformed is a ValueError with
the sentence that the command line prints; what cannot be served is an answer
with fits = "no" and its refusal.
"""
import csv
import ctypes
import io
import math
import os

VERSION = 1

_HERE = os.path.dirname(os.path.abspath(__file__))
_LIBRARY = (os.environ.get("DEEPROOF_LIBRARY"),
            os.path.join(_HERE, "..", "build", "libdeeproof.so.1"),
            os.path.join(_HERE, "..", "..", "lib", "libdeeproof.so.1"),
            "libdeeproof.so.1")
_BUNDLE = (os.environ.get("DEEPROOF_DESCRIPTORS"),
           os.path.join(_HERE, "..", "build", "descriptors.txt"),
           os.path.join(_HERE, "descriptors.txt"))

_text = ctypes.c_char_p
_handle = ctypes.c_void_p
_CALLS = {
    "deeproof_version": (ctypes.c_int, []),
    "deeproof_open": (_handle, []),
    "deeproof_close": (None, [_handle]),
    "deeproof_error": (_text, [_handle]),
    "deeproof_load": (ctypes.c_int, [_handle, _text]),
    "deeproof_names": (_text, [_handle, _text]),
    "deeproof_clear": (None, [_handle]),
    "deeproof_set": (ctypes.c_int, [_handle, _text, _text]),
    "deeproof_answer": (ctypes.c_int, [_handle]),
    "deeproof_serving": (ctypes.c_int, [_handle, _text, _text]),
    "deeproof_serve": (ctypes.c_int, [_handle]),
    "deeproof_head": (_text, [_handle]),
    "deeproof_row": (_text, [_handle]),
    "deeproof_table": (_text, [_handle, _text]),
    "deeproof_versus": (_text, [_handle, _handle]),
}


def _first(paths, what):
    for path in paths:
        if path and (os.path.exists(path) or os.sep not in path):
            return path
    raise OSError("deeproof: no %s; run `make lib`, or set the path" % what)


def _library():
    lib = ctypes.CDLL(_first(_LIBRARY, "libdeeproof.so.1"))
    for name, (result, arguments) in _CALLS.items():
        call = getattr(lib, name)
        call.restype = result
        call.argtypes = arguments
    if lib.deeproof_version() != VERSION:
        raise OSError("deeproof: the library has interface %d, this file %d"
                      % (lib.deeproof_version(), VERSION))
    return lib


def _cell(text):
    """A number where it is one, None where it is blank, else the text."""
    if text == "":
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _rows(text):
    return [{key: _cell(value) for key, value in row.items()}
            for row in csv.DictReader(io.StringIO(text))]


def _columns(rows):
    """A list of dicts as a dict of lists, None where a row has no such key."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return {key: [row.get(key) for row in rows] for key in keys}


class _Closed:
    """What a closed object calls: the library would follow a null pointer."""

    def __getattr__(self, name):
        raise ValueError("this Deeproof is closed; make another")


def _bytes(text):
    """For C, to which a NUL is the end of it."""
    if "\0" in text:
        raise ValueError("a NUL character in %r" % text)
    return text.encode()


def _word(value):
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        raise ValueError("a column is a number or a word, not a bool")
    if isinstance(value, float):
        return "%.17g" % value
    return str(value)


class Deeproof:
    """Descriptors and a question. One thread's; any number may be open."""

    def __init__(self, bundle=None):
        self._lib = _library()
        self._d = self._lib.deeproof_open()
        if not self._d:
            raise MemoryError("deeproof: out of memory")
        self._loaded = []
        if bundle is None:
            with open(_first(_BUNDLE, "descriptors.txt"),
                      encoding="utf-8") as file:
                bundle = file.read()
        self.load(bundle)
        self._head = self._lib.deeproof_head(self._d).decode().split(",")

    def close(self):
        """Give the memory back; the object is of no use afterwards."""
        if self._d:
            self._lib.deeproof_close(self._d)
        self._d = None
        self._lib = _Closed()

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.close()

    def __del__(self):
        if getattr(self, "_d", None):
            self.close()

    def _fail(self):
        words = self._lib.deeproof_error(self._d).decode()
        raise (MemoryError if words.startswith("out of memory")
               else ValueError)(words)

    def load(self, bundle):
        """Add descriptors in the form that `deeproof bundle` prints."""
        if self._lib.deeproof_load(self._d, _bytes(bundle)):
            self._fail()
        self._loaded.append(bundle)

    def gpu(self, path, name=None):
        """Add a GPU from a sheet like those in hw/; returns its name."""
        return self._sheet("gpu", path, name)

    def stack(self, path, name=None):
        """Add a stack from a sheet like those in hw/stacks/."""
        return self._sheet("stack", path, name)

    def _sheet(self, kind, path, name):
        name = name or os.path.splitext(os.path.basename(path))[0]
        with open(path, newline="", encoding="utf-8-sig") as file:
            lines = [row for row in csv.reader(file)
                     if row and not row[0].startswith("#")]
        clean = str.maketrans("\t\r\n", "   ")
        self.load("deeproof 1\n[%s %s]\n" % (kind, name) + "".join(
            "\t".join(cell.translate(clean) for cell in row) + "\n"
            for row in lines))
        return name

    def names(self, kind):
        """The names loaded of a "gpu", "stack" or "model"."""
        text = self._lib.deeproof_names(self._d, _bytes(kind))
        if text is None:
            self._fail()
        return text.decode().split()

    def _set(self, scenario):
        """Columns of a scenario, and what is asked of requests beside them."""
        self._lib.deeproof_clear(self._d)
        for name, value in scenario.items():
            call = (self._lib.deeproof_set if name in self._head
                    else self._lib.deeproof_serving)
            if call(self._d, _bytes(name), _bytes(_word(value))):
                self._fail()

    def serve(self, scenario=None, tables=("served",), **columns):
        """Play requests one by one, as `deeproof run` with arrivals does.

        Beside the columns of a scenario: arrivals, rate, slo and the other
        options of run by their names, seed, and band=0 for no band. Returns
        what run --csv prints as a dict; with tables=("served", "requests",
        "occupancy") a dict of them, the others as dicts of lists.
        """
        self._set(dict(scenario or {}, **columns))
        rc = self._lib.deeproof_serve(self._d)
        if rc == 2:
            self._fail()
        got = {what: self._lib.deeproof_table(self._d, _bytes(what))
               for what in tables}
        if rc == 1 and None in got.values():
            return self._cells()
        got = {what: _rows(text.decode()) for what, text in got.items()}
        served = got.get("served", [None])[0]
        if tuple(tables) == ("served",):
            return served
        return {what: served if what == "served" else _columns(rows)
                for what, rows in got.items()}

    def _answer(self, scenario):
        self._lib.deeproof_clear(self._d)
        for column, value in scenario.items():
            if self._lib.deeproof_set(self._d, _bytes(column),
                                      _bytes(_word(value))):
                self._fail()
        return self._lib.deeproof_answer(self._d)

    def ask(self, scenarios=None, **columns):
        """Answer a scenario (a dict of cells) or a list (a dict of lists).

        Of a list what is malformed is a row with fits None and the sentence
        as its refusal, as `deeproof sweep` has it.
        """
        if isinstance(scenarios, (list, tuple)):
            return _columns([self._row(dict(s, **columns))
                             for s in scenarios])
        if self._answer(dict(scenarios or {}, **columns)) == 2:
            self._fail()
        return self._cells()

    def _row(self, scenario):
        try:
            self._answer(scenario)
        except ValueError as why:
            return dict.fromkeys(self._head) | {"refusal": str(why)}
        return self._cells()

    def _cells(self):
        row = self._lib.deeproof_row(self._d).decode()
        cells = next(csv.reader(io.StringIO(row)))
        return dict(zip(self._head, map(_cell, cells)))

    def table(self, what, scenario=None, **columns):
        """"ops", "ladder", "timeline", "memory" or "facts", a dict of lists."""
        if self._answer(dict(scenario or {}, **columns)) == 2:
            self._fail()
        text = self._lib.deeproof_table(self._d, _bytes(what))
        if text is None:
            self._fail()
        return _columns(_rows(text.decode()))

    def versus(self, scenario, other):
        """The ladders of two scenarios side by side, a dict of lists."""
        with Deeproof("deeproof 1\n") as second:
            for bundle in self._loaded:
                second.load(bundle)
            if second._answer(other) == 2:
                second._fail()
            if self._answer(scenario) == 2:
                self._fail()
            text = self._lib.deeproof_versus(self._d, second._d)
            if text is None:
                self._fail()
            return _columns(_rows(text.decode()))


_shared = None


def _ships(verb, *args, **columns):
    """Of one object, kept; but one that is out of memory can do no more."""
    global _shared
    if _shared is None:
        _shared = Deeproof()
    try:
        return getattr(_shared, verb)(*args, **columns)
    except MemoryError:
        _shared.close()
        _shared = None
        raise


def ask(scenarios=None, **columns):
    """Deeproof().ask with the descriptors that ship."""
    return _ships("ask", scenarios, **columns)


def serve(scenario=None, **columns):
    """Deeproof().serve with the descriptors that ship."""
    return _ships("serve", scenario, **columns)
