# One rule for each notebook of a plan that `fidle run` or `fidle sweep` has written (fidle_utils/batch.py).
# Snakemake orders, starts, and on a cluster submits them; fidle_utils/job.py does the work of one.
import json
import sys
from pathlib import Path

PLAN = Path(config["plan"])
JOBS = json.loads(PLAN.read_text(encoding="utf-8"))["jobs"]


rule all:
    input:
        [f"{key}/done.json" for key in JOBS],
    localrule: True


for key, job in JOBS.items():

    rule:
        name:
            job["rule"]
        input:
            [f"{need}/done.json" for need in job["needs"]],
        output:
            f"{key}/done.json",
        params:
            key=key,
        resources:
            **job["resources"],
        shell:
            "exec {sys.executable:q} -m fidle_utils.job {PLAN:q} {params.key:q}"
