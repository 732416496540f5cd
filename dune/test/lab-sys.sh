# SPDX-License-Identifier: MIT
# Memory, loader, system calls: hostile programs, each on Linux itself first.
natively()
{
	timeout "$LIMIT" "$R3/$1"
}
export -f natively

# hole_table sends to itself
ip link set lo up
for program in hole_table hole_iov hole_mem hole_results; do
	holds "$program natively" bash -c "natively $program"
done
LIMIT=600 # an emulated processor is slow at so many calls and threads
for where in main thread fork exec; do
	HOLE_WHO="$where: " verdicts "hole_table in $where" \
		"$R3/hole_table" --in "$where"
done
LIMIT=240
# a part of them, the same each time
HOLE_WHO="sample: " verdicts "sample of hole_table" \
	"$R3/hole_table" --sample 40 1
# Identifiers that another process gives to other objects meanwhile.
recurring()
{
	local key=4711 helper status

	"$R3/hole_race" --recur $key &
	helper=$!
	"$RUN" "$R3/hole_race" $key
	status=$?
	kill $helper
	wait $helper && return $status
}
export -f recurring
wanted hole_race && {
	timeout 300 bash -c recurring >"$out" 2>&1 </dev/null
	count hole_race $?
}
# another instance of procfs than that of the machine; a program moves it
proc_at()
{
	mkdir -p "$1/proc" && mount -t proc proc "$1/proc"
}
for program in hole_iov hole_mem hole_results hole_files hole_fds hole_calls; do
	! wanted "$program" || proc_at "/tmp/jail-$program"
	HOLE_PROC=/tmp/jail-$program verdicts "$program" "$R3/$program"
	# and by a program that one in ring 3 has executed in a child
	HOLE_WHO="child: " verdicts "child $program" \
		/bin/sh -c "$R3/$program; exit \$?"
done
LIMIT=60
verdicts hidden_threads --stats "$R3/hole_results" hidden
same "script" 'printf "#!/bin/sh -e\necho \$0 \$1\n" >/tmp/s; chmod 755 /tmp/s
	/tmp/s a; printf "#!/tmp/s x\n" >/tmp/t; chmod 755 /tmp/t; /tmp/t; echo $?'
same "missing program" '/tmp/none; echo $?; : >/tmp/e; chmod 755 /tmp/e
	/tmp/e; echo $?; /etc/passwd; echo $?; / ; echo $?'
same "standard input by name" 'cat /dev/stdin </etc/hostname; echo x >/dev/stderr
	cat <(echo y); readlink /dev/fd'
same "limits" 'ulimit -n 20; ulimit -n; ulimit -s; ulimit -v 4000000; ulimit -v
	(ulimit -v 20000; exec 2>/dev/null; head -c 40000000 /dev/zero | tail)
	echo $?'
same "program of /proc/self/exe" 'readlink /proc/self/exe; ls -L /proc/self/exe'
