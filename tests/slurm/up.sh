#!/bin/bash
# up.sh DIR: a one-node Slurm on loopback with a made-up GPU, for tests. All its state is under DIR.
# Needs root and Debian's packages slurm-wlm and munge; no systemd, no cgroups, no accounting.
set -euo pipefail
B=$(mkdir -p "$1" && cd "$1" && pwd)
H=$(hostname -s)
cpus=$(nproc)
memory=$(awk '/MemTotal/ { print int($2 / 1024 * 0.9) }' /proc/meminfo)
mkdir -p "$B"/{etc,run,log,state/ctld,state/d} /etc/slurm
cat > "$B/etc/slurm.conf" <<C
ClusterName=course
SlurmctldHost=$H(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$B/run/munge.socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$B/state/ctld
SlurmdSpoolDir=$B/state/d
SlurmctldPidFile=$B/run/slurmctld.pid
SlurmdPidFile=$B/run/slurmd.pid
SlurmctldLogFile=$B/log/slurmctld.log
SlurmdLogFile=$B/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=500
MinJobAge=600
KillWait=5
InactiveLimit=0
GresTypes=gpu
NodeName=$H NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$memory Gres=gpu:1 State=UNKNOWN
PartitionName=cpu Nodes=$H Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=$H MaxTime=INFINITE State=UP
C
echo "NodeName=$H Name=gpu File=/dev/null" > "$B/etc/gres.conf"
# a link in /etc, because Snakemake's plugin takes every SLURM_* variable, SLURM_CONF too, from its jobs
ln -sfn "$B/etc/slurm.conf" /etc/slurm/slurm.conf
ln -sfn "$B/etc/gres.conf" /etc/slurm/gres.conf
[ -s "$B/etc/munge.key" ] || { head -c 1024 /dev/urandom > "$B/etc/munge.key"; chmod 400 "$B/etc/munge.key"; }
munged --force --key-file="$B/etc/munge.key" --socket="$B/run/munge.socket" --pid-file="$B/run/munged.pid" \
  --log-file="$B/log/munged.log" --seed-file="$B/run/munge.seed"
slurmctld
slurmd -N "$H"
for _ in $(seq 30); do
  sinfo -h -o %T 2>/dev/null | grep -q idle && { sinfo; exit 0; }
  sleep 0.5
done
sinfo
exit 1
