"""Plan a run of the catalogue, carry it out with Snakemake and papermill, follow it."""
