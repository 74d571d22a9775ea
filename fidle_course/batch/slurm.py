"""What a cluster's Slurm is asked for, and what must be there to ask it."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec

from fidle_course.batch.lock import BatchError
from fidle_course.catalogue import Resources
from fidle_course.strict import Count

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


@dataclass(frozen=True)
class Site:
    """What a cluster wants, as the site file says it; every line may be left out or empty."""

    partition: str | None = None  # for notebooks that want a GPU
    cpu_partition: str | None = None  # for the others; without it `partition`
    account: str | None = None
    gres: str | None = None  # how a GPU is asked for, such as `gpu:h100:{gpus}`
    qos: str | None = None
    constraint: str | None = None  # for GPU jobs
    extra: str | None = None  # options of sbatch
    minutes: Count | None = None  # the most that a job may ask for
    mem_mb: Count | None = None
    gpus: Count | None = None  # 0 where there are none


def resources(needed: Resources, site: Site) -> dict[str, int | str]:
    """What Slurm is asked for one notebook, in the words of Snakemake's Slurm plugin."""

    def at_most(name: str) -> int:
        wanted, limit = getattr(needed, name), getattr(site, name)
        return wanted if limit is None else min(wanted, limit)

    gpus = at_most("gpus")
    asked = {
        "runtime": at_most("minutes"),
        "cpus_per_task": needed.cpus,
        "mem_mb": at_most("mem_mb"),
        "slurm_partition": site.partition if gpus else site.cpu_partition or site.partition,
        "slurm_account": site.account,
        "qos": site.qos,
        "constraint": site.constraint if gpus else None,
        "slurm_extra": site.extra,
        "gres": (site.gres or "gpu:{gpus}").format(gpus=gpus) if gpus else None,
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
