#!/bin/bash
# down.sh DIR: stop what up.sh DIR started, by its pid files, and remove its links
B=$(cd "$1" && pwd)
scancel --user="$(id -un)" 2>/dev/null
# jobs outlive the daemons: let them end first
for _ in $(seq 40); do
  [ -z "$(squeue -h 2>/dev/null)" ] && break
  sleep 0.5
done
for daemon in slurmd slurmctld munged; do
  pid=$(cat "$B/run/$daemon.pid" 2>/dev/null) && kill "$pid" 2>/dev/null
done
for file in slurm.conf gres.conf; do
  [ "$(readlink /etc/slurm/$file)" = "$B/etc/$file" ] && rm "/etc/slurm/$file"
done
exit 0
