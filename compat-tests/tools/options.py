#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Two outputs of `options`, of Linux and of IX, side by side.

    options.py LINUX IX ALLOWED          what differs and is not allowed; exit 1
    options.py LINUX IX ALLOWED EFFECTS  docs/options.md

ALLOWED: lines `LEVEL NUMBERS KINDS REASON`, where NUMBERS are some with commas
between them, or *, and KINDS is a shell pattern. A line that allows nothing that
differs is wrong as well. EFFECTS: lines `LEVEL NUMBERS EFFECT`.
"""
import fnmatch
import re
import sys

HEADERS = {'SOL_SOCKET': ('asm-generic/socket.h', r'SO_\w+'),
           'IPPROTO_IP': ('linux/in.h', r'(?:IP|MCAST)_\w+'),
           'IPPROTO_TCP': ('linux/tcp.h', r'TCP_\w+'),
           'IPPROTO_UDP': ('linux/udp.h', r'UDP_\w+')}
# what the headers of older systems lack
NEWER = {('SOL_SOCKET', 76): 'SO_PASSPIDFD', ('SOL_SOCKET', 77): 'SO_PEERPIDFD',
         ('SOL_SOCKET', 82): 'SO_RCVPRIORITY',
         ('SOL_SOCKET', 83): 'SO_PASSRIGHTS',
         ('IPPROTO_IP', 51): 'IP_LOCAL_PORT_RANGE',
         ('IPPROTO_IP', 52): 'IP_PROTOCOL',
         ('IPPROTO_TCP', 38): 'TCP_AO_ADD_KEY',
         ('IPPROTO_TCP', 39): 'TCP_AO_DEL_KEY',
         ('IPPROTO_TCP', 40): 'TCP_AO_INFO',
         ('IPPROTO_TCP', 41): 'TCP_AO_GET_KEYS',
         ('IPPROTO_TCP', 42): 'TCP_AO_REPAIR',
         ('IPPROTO_TCP', 43): 'TCP_IS_MPTCP',
         ('IPPROTO_TCP', 44): 'TCP_RTO_MAX_MS',
         ('IPPROTO_TCP', 45): 'TCP_RTO_MIN_US',
         ('IPPROTO_TCP', 46): 'TCP_DELACK_MAX_US'}


def read_results(path):
    """{(level, number): {kind: what happened}}"""
    out = {}
    for line in open(path):
        level, number, kind, what = line.split(' ', 3)
        out.setdefault((level, int(number)), {})[kind] = what.strip()
    return out


def read_allowed(path):
    rows = []
    for line in open(path):
        if line.strip() and not line.startswith('#'):
            level, numbers, kinds, reason = line.split(None, 3)
            rows.append((level, numbers.split(','), kinds, reason.strip()))
    return rows


def read_effects(path):
    out = {}
    for line in open(path):
        if line.strip() and not line.startswith('#'):
            level, numbers, effect = line.split(None, 2)
            for n in numbers.split(','):
                out[(level, int(n))] = effect.strip()
    return out


def reason_for(rows, used, key, kind):
    for i, (level, numbers, kinds, reason) in enumerate(rows):
        if level == key[0] and fnmatch.fnmatch(kind, kinds) and \
                ('*' in numbers or str(key[1]) in numbers):
            used.add(i)
            return reason
    return None


def option_names():
    names = dict(NEWER)
    for level, (header, pattern) in HEADERS.items():
        for line in open('/usr/include/' + header):
            m = re.match(r'#\s*define\s+(%s)\s+(\d+)\b' % pattern, line)
            if m:
                names.setdefault((level, int(m.group(2))), m.group(1))
    return names


def is_option(kinds):
    """Does Linux have it, of whatever kind?"""
    return any(' set1=ok' in ' ' + w or '/ok' in w or ' get=' in ' ' + w and
               not re.match(r'get=E', w) for w in kinds.values())


def compare(linux, ix, allowed):
    used, wrong = set(), 0
    for key in sorted(set(linux) | set(ix), key=str):
        for kind in linux.get(key, {}):
            a, b = linux[key][kind], ix.get(key, {}).get(kind)
            if a != b and not reason_for(allowed, used, key, kind):
                wrong += 1
                print('%s %d %s\n  Linux: %s\n  IX:    %s' %
                      (key + (kind, a, b)))
    for i, row in enumerate(allowed):
        if i not in used:
            wrong += 1
            print('nothing differs of %s %s %s' %
                  (row[0], ','.join(row[1]), row[2]))
    return wrong


def cell(linux, ix, allowed, key, kinds):
    reasons = []
    for kind in kinds:
        a, b = linux[key][kind], ix[key].get(kind)
        if a != b:
            r = reason_for(allowed, set(), key, kind) or 'differs'
            if r not in reasons:
                reasons.append(r)
    return '; '.join(reasons) or '='


COLUMNS = (('fresh', ('tcp-fresh', 'udp-fresh')),
           ('bound', ('tcp-bound', 'udp-bound')),
           ('listening', ('tcp-listening',)),
           ('connected', ('tcp-connected', 'tcp-accepted', 'udp-connected')))


def table(linux, ix, allowed, effects):
    names = option_names()
    print('''# Socket options

Made by `compat-tests/programs/options.sh` from what `build/compat/options` finds
on Linux and on IX: each option is read, set to 1, read, set to 0 and read on sockets
of TCP and UDP in each state, and read after bind(), listen() and connect() where it
was set before. `=`: every result is as on Linux. What is no option on Linux is none
on IX, with the same errno, and is not listed. The effects are tested by the programs
of `compat-tests/posix` that are named.
''')
    for level in HEADERS:
        print('## %s\n\n| option | %s | effect in the stack |\n|---|%s---|' %
              (level, ' | '.join(c for c, _ in COLUMNS), '---|' * len(COLUMNS)))
        for key in sorted(k for k in linux if k[0] == level):
            if is_option(linux[key]):
                print('| `%s` | %s | %s |' % (
                    names.get(key, str(key[1])), ' | '.join(
                        cell(linux, ix, allowed, key, k) for _, k in COLUMNS),
                    effects.get(key, '')))
        print()


def main():
    linux, ix = read_results(sys.argv[1]), read_results(sys.argv[2])
    allowed = read_allowed(sys.argv[3])
    if len(sys.argv) > 4:
        table(linux, ix, allowed, read_effects(sys.argv[4]))
        return 0
    return 1 if compare(linux, ix, allowed) else 0


sys.exit(main())
