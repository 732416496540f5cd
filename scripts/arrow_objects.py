# SPDX-License-Identifier: MIT
"""arrow_objects - what refers to what, by the symbols of the built objects.

An object stands for its source file, as CMake lays them out: X/f.c is built as
BUILD/X/CMakeFiles/TARGET.dir/f.c.o, or below a directory further up. Tests,
benchmarks and fuzzers are left out, for they may use everything.
"""
import collections
import os
import re
import subprocess

LEFT_OUT = re.compile(r"(^|/)(test|fuzz|bench|compat-tests)(/|$)")
TARGET = re.compile(r"^(?P<at>.*?)/?CMakeFiles/[^/]+\.dir(?:/(?P<below>.*))?$")


def source_of(build, path):
    """The source, relative to the root, that an object is made of."""
    m = TARGET.match(os.path.relpath(os.path.dirname(path), build))
    if not m:
        return None
    below = (m.group("below") or "").replace("__", "..")
    name = os.path.basename(path)[:-len(".o")]
    return os.path.normpath(os.path.join(m.group("at"), below, name))


def find(root, build):
    """{source: object}; a source that is built twice counts once. What is left
    of sources that are no more, and what others' builds have left below the build
    directory, is not of this tree."""
    objects = {}
    for path, dirs, files in os.walk(build):
        dirs.sort()
        for name in sorted(files):
            full = os.path.join(path, name)
            if not name.endswith(".o") or \
                    LEFT_OUT.search(os.path.relpath(full, build)):
                continue
            source = source_of(build, full)
            if source and not LEFT_OUT.search(source) and \
                    os.path.exists(os.path.join(root, source)):
                objects.setdefault(source, full)
    return objects


def symbols(path):
    """The names that an object defines for others, and those it wants."""
    defines, wants = set(), set()
    out = subprocess.run(["nm", path], check=True, stdout=subprocess.PIPE,
                         text=True).stdout
    for line in out.splitlines():
        *_, kind, name = line.split()
        if kind == "U":
            wants.add(name)
        elif kind in "TDBRVWC":
            defines.add(name)
    return defines, wants


def references(objects, interposed):
    """{source: {source: {name}}}. Where two libraries define a name the one
    that shares most of the path is meant; what the shim interposes is the C
    library's to everybody else."""
    defined, wanted = collections.defaultdict(set), {}
    for source, path in objects.items():
        names, wanted[source] = symbols(path)
        for name in names:
            defined[name].add(source)
    edges = {source: collections.defaultdict(set) for source in objects}
    for source, names in wanted.items():
        for name in names - interposed:
            near = max(defined.get(name, ()), default=None,
                       key=lambda d: len(os.path.commonprefix([d, source])))
            if near and near != source:
                edges[source][near].add(name)
    return edges


def circles(edges):
    """The sets of sources that all reach each other: Tarjan's algorithm."""
    index, low, stack, found = {}, {}, [], []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        for w in edges[v]:
            if w not in index:
                visit(w)
            if w in stack:
                low[v] = min(low[v], low[w])
        if low[v] == index[v]:
            at = stack.index(v)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for v in sorted(edges):
        if v not in index:
            visit(v)
    return [c for c in found if len(c) > 1]
