#!/bin/sh
# The array job of experiments/cluster/sweep.sbatch, on a Slurm of one node that
# is started here and ended here: its parts are one sweep, byte for byte, and a
# part that was cut goes on. Skipped with a notice where Slurm cannot be had.
set -u
export LC_ALL=C
for tool in slurmctld slurmd sbatch munged; do
	PATH=$PATH:/usr/sbin command -v $tool >/dev/null 2>&1 && continue
	echo "slurm: skipped, no $tool here (apt-get install slurm-wlm munge)"
	exit 0
done
PATH=$PATH:/usr/sbin
root=$(pwd)
dir=$(mktemp -d) || exit 2
good=0 bad=0 daemons=
say() { if [ "$1" -eq 0 ]; then good=$((good + 1)); else bad=$((bad + 1)); echo "not ok - $2"; fi; }
end() {
	for pid in $daemons; do kill "$pid" 2>/dev/null; done
	for pid in $daemons; do wait "$pid" 2>/dev/null; done
	rm -rf "$dir"
}
trap end EXIT

# ---- a cluster of this machine ----

mkdir "$dir/state" "$dir/spool" "$dir/jobs"
chmod 700 "$dir"
head -c 1024 /dev/urandom >"$dir/key"
chmod 600 "$dir/key"
me=$(id -un)
node=$(hostname -s)
ports=$((20000 + $$ % 20000))
cat >"$dir/slurm.conf" <<EOF
ClusterName=one
SlurmctldHost=$node(127.0.0.1)
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
AuthInfo=socket=$dir/munge
CryptoType=crypto/munge
SlurmctldPort=$ports
SlurmdPort=$((ports + 1))
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
MailProg=/bin/true
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
EOF
printf 'CgroupPlugin=autodetect\nIgnoreSystemd=yes\n' >"$dir/cgroup.conf"
export SLURM_CONF="$dir/slurm.conf"
munged --foreground --force --key-file="$dir/key" --socket="$dir/munge" \
	--pid-file="$dir/munge.pid" --log-file="$dir/munge.log" \
	--seed-file="$dir/munge.seed" >"$dir/munge.out" 2>&1 &
daemons=$!
n=0
until [ -S "$dir/munge" ] || [ $n -ge 50 ]; do n=$((n + 1)); sleep 0.1; done
slurmctld -D -c >"$dir/slurmctld.log" 2>&1 &
daemons="$daemons $!"
slurmd -D -N "$node" >"$dir/slurmd.log" 2>&1 &
daemons="$daemons $!"
n=0
until [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] || [ $n -ge 100 ]; do
	n=$((n + 1))
	sleep 0.1
done
if [ "$(sinfo -h -o %T 2>/dev/null)" != idle ]; then
	echo "slurm: skipped, no node of one comes up here:"
	tail -n 2 "$dir/munge.out" "$dir/slurmctld.log" "$dir/slurmd.log" |
		sed 's/^/#   /'
	exit 0
fi

# ---- the job ----

export PATH="$root:$PATH" DEEPROOF_DATA="$root"
script=$root/experiments/cluster/sweep.sbatch
job() {	# four parts, in this folder, until all have ended
	id=$(sbatch --parsable --array=1-4 --cpus-per-task=1 \
		--chdir="$dir/jobs" --output="$dir/jobs/log.%a" "$script")
	n=0
	while [ -n "$(squeue -h -j "$id" 2>/dev/null)" ] && [ $n -lt 300 ]; do
		n=$((n + 1))
		sleep 0.2
	done
	[ "$(scontrol show job "$id" | grep -c JobState=COMPLETED)" -eq 4 ]
}
# What the script asks for, as one command.
sed -n '/^deeproof/,/--yes/p' "$script" | sed 's/--yes.*/--yes/' >"$dir/whole"
sh "$dir/whole" >"$dir/whole.csv" 2>/dev/null
job
say $? "the array ends well"
cat "$dir"/jobs/out/part.????? | cmp -s - "$dir/whole.csv"
say $? "its parts are one sweep, byte for byte"
[ "$(cat "$dir"/jobs/out/part.*.manifest | grep -c '^shard,[1-4]/4$')" -eq 4 ]
say $? "each has its manifest"

# One of them is taken back to what a killed task leaves; requeued it goes on.
part=$dir/jobs/out/part.00003
cp "$part" "$dir/third"
rm "$part"
job
say $? "the array runs again"
cmp -s "$part" "$dir/third"
say $? "and the part that was missing is the same bytes"

echo "slurm: $good passed, $bad failed"
[ $bad -eq 0 ] || { cat "$dir"/jobs/log.* | head; exit 1; }
