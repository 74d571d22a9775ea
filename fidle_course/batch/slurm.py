"""What a cluster's Slurm is asked for, and what must be there to ask it."""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec

from fidle_course.batch.lock import BatchError

_PLUGIN = "2.8.0"  # as in requirements-test.txt


def check_ready() -> None:
    """Raise `BatchError` if this machine cannot submit jobs."""
    if not shutil.which("sbatch"):
        raise BatchError("--on slurm needs the command sbatch, and there is none here: is this a login node?")
    if find_spec("snakemake_executor_plugin_slurm") is None:
        raise BatchError(
            "--on slurm needs Snakemake's Slurm executor, which is an extra. Install it where this runs: "
            f"{sys.executable} -m pip install snakemake-executor-plugin-slurm=={_PLUGIN}"
        )


def resources(needed: Mapping, site: Mapping) -> dict:
    """What Slurm is asked for one notebook, in the words of Snakemake's Slurm plugin.

    Args:
        needed: from the catalogue: cpus, mem_mb, minutes, gpus.
        site: from the site file: partition, cpu_partition, account, gres, qos, constraint, extra, minutes,
            mem_mb, gpus; the last three are the most that the site allows: `gpus: 0` where it has none.

    Example:
        `resources({"gpus": 1, "minutes": 30}, {"partition": "gpu"})` is
        `{"runtime": 30, "cpus_per_task": 1, "mem_mb": 8000, "slurm_partition": "gpu", "gres": "gpu:1"}`.
    """
    numbers = ("minutes", "mem_mb", "gpus")
    known = {"partition", "cpu_partition", "account", "gres", "qos", "constraint", "extra", *numbers}
    if unknown := set(site) - known:
        raise ValueError(f"A site file has the keys {', '.join(sorted(known))}. Received: {sorted(unknown)}.")
    site = {key: value for key, value in site.items() if value is not None}  # a line left empty
    for key in numbers:
        if key in site and (not isinstance(site[key], int) or isinstance(site[key], bool) or site[key] < 0):
            raise ValueError(f"`{key}` of a site file is a whole number. Received: {site[key]!r}.")
    gpus = min(needed.get("gpus", 0), site.get("gpus", 10**3))
    asked = {
        "runtime": min(needed.get("minutes", 60), site.get("minutes", 10**6)),
        "cpus_per_task": needed.get("cpus", 1),
        "mem_mb": min(needed.get("mem_mb", 8000), site.get("mem_mb", 10**9)),
        "slurm_partition": site.get("partition") if gpus else site.get("cpu_partition", site.get("partition")),
        "slurm_account": site.get("account"),
        "qos": site.get("qos"),
        "constraint": site.get("constraint") if gpus else None,
        "slurm_extra": site.get("extra"),
        "gres": site.get("gres", "gpu:{gpus}").format(gpus=gpus) if gpus else None,
    }
    return {name: value for name, value in asked.items() if value is not None}


def has_accounting() -> bool:
    """Where Slurm keeps no accounts, sacct answers with an error, and asking it would mean to wait for ever."""
    if not shutil.which("sacct"):
        return False
    return subprocess.run(["sacct", "-n", "-X"], capture_output=True, timeout=60).returncode == 0


def cancel(ids: Iterable[str]) -> None:
    """Cancel jobs that a killed driver left in Slurm's queue: they would write where the next run writes."""
    if shutil.which("scancel") and (ids := list(ids)):
        subprocess.run(["scancel", *ids], capture_output=True, timeout=60)
