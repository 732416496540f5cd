# SPDX-License-Identifier: MIT
# The virtual machine, the loader's kinds of programs, faults, the gate.
status_7()
{
	timeout "$LIMIT" "$RUN" "$R3/$1" a b | grep -q "^hello from $1, argc 3"
	[ "${PIPESTATUS[0]}" -eq 7 ]
}
export -f status_7

for kind in hello hello_static hello_static-pie hello_no-pie; do
	holds "run $kind" bash -c "status_7 $kind"
done
holds selftest "$RUN" --selftest
same "echo" '/bin/echo a "b c"'
same "pipeline" 'ls / | wc -l; (exit 3)'
holds "unlimited stack" bash -c 'ulimit -s unlimited; "$RUN" /bin/true'
holds "no address randomisation" setarch -R "$RUN" /bin/true
holds "a writable region has fences" bash -c '"$RUN" --no-fence /bin/true 2>&1 |
	grep -q "Invalid argument"'
verdicts gate "$R3/vm_gate"
as_native faults "$R3/vm_faults" hosted
verdicts exec "$R3/vm_exec"
verdicts storm "$R3/vm_storm"
