# SPDX-License-Identifier: MIT
# Signals, threads, processes. An emulated processor is slow: bounds are times.
# emulated processors raise no floating-point exceptions
as_native sig_fault "$R3/sig_fault"
for program in sig_basic sig_wait sig_default thr_basic thr_creds; do
	verdicts $program "$R3/$program"
done
LIMIT=300
# else there is no core to look at
if [ "$(cat /proc/sys/kernel/core_pattern)" = core ]; then
	verdicts sig_core "$R3/sig_core"
fi
verdicts thr_many "$R3/thr_many"
verdicts fork_basic "$R3/fork_basic"
verdicts sig_storm "$R3/sig_storm" 100000 8
same "job control" 'set -m; sleep 20 & kill -STOP %1; sleep 0.3; jobs %1 |
	grep -c Stopped; kill -CONT %1; kill %1; wait %1; echo $?'
same "traps" 'trap "echo got" USR1; kill -USR1 $$; trap "echo bye" EXIT;
	(trap "exit 9" TERM; kill -TERM $BASHPID; sleep 5); echo $?'
same "python threads and processes" 'python3 -c "
import threading, subprocess, signal, os
out = []
ts = [threading.Thread(target=out.append, args=(i,)) for i in range(8)]
[t.start() for t in ts]; [t.join() for t in ts]
print(sorted(out), subprocess.check_output([\"echo\", \"hi\"]))
try: subprocess.run([\"/nonexistent\"])
except FileNotFoundError as e: print(e)
signal.signal(signal.SIGUSR1, lambda s, f: print(\"usr1\"))
os.kill(os.getpid(), signal.SIGUSR1)
print(subprocess.run([\"sleep\", \"9\"], timeout=None) if 0 else os.waitstatus_to_exitcode(os.spawnlp(os.P_WAIT, \"sh\", \"sh\", \"-c\", \"exit 4\") << 8))
"'
LIMIT=60
