"""Planning a run: every parameter is checked before anything starts, and what is finished is known."""

import json
from dataclasses import replace

import pytest

from fidle_course import catalogue, strict
from fidle_course.batch import plan as plans
from fidle_course.batch import slurm, state
from fidle_course.batch.lock import BatchError, only_run
from fidle_course.batch.plan import Job
from fidle_course.batch.state import GateResult, JobState, Results
from fidle_course.catalogue import Resources
from fidle_course.headline import Headline
from fidle_course.pages import sweep
from fidle_course.pages.row import Row
from tests import toys

MONTHLY = "numer_sta;date;pmer;tend;cod_tend;dd;ff;t;td;u;vv;ww;n;pres;rafper;rr1;rr3\n"  # a SYNOP file's first line


@pytest.fixture
def course(tmp_path):
    notebooks = {"A": {}, "B": {"needs": ["A"]}, "C": {"needs": ["A", "B"], "gates": ["error <= 5"]}}
    return catalogue.load(toys.make_course(tmp_path / "course", notebooks) / "course.yml")


def plan(course, *names, **more):
    return plans.make_plan(course, names, out=course.root / "run", **more)


def test_a_plan_holds_what_the_named_notebooks_need_before_them(course):
    assert list(plan(course, "C").jobs) == ["A", "B", "C"]
    assert list(plan(course, "B").jobs) == ["A", "B"]
    assert plan(course, "B").jobs["B"].needs == ["A"]
    assert not plan(course, "B").jobs["A"].asked


def test_a_setting_with_an_id_is_for_that_notebook_only(course):
    jobs = plan(course, settings=[("B", "n", "7")]).jobs
    assert [jobs[k].parameters.get("n") for k in "ABC"] == [None, 7, None]


def test_a_setting_without_an_id_is_for_all_that_have_the_parameter(course):
    jobs = plan(course, settings=[(None, "n", "7")]).jobs
    assert [jobs[k].parameters["n"] for k in "ABC"] == [7, 7, 7]


def test_what_chooses_the_data_reaches_the_notebooks_that_are_needed(course):
    jobs = plan(course, settings=[("C", "source", "real"), ("C", "n", "9")]).jobs
    assert [jobs[k].parameters.get("source") for k in "ABC"] == ["real"] * 3
    assert "n" not in jobs["A"].parameters


def test_a_notebook_and_its_need_cannot_be_given_different_data(course):
    with pytest.raises(ValueError, match=r"`source` must be the same in both.*C\.source=real.*B\.source=auto"):
        plan(course, settings=[("C", "source", "real"), ("B", "source", "auto")])


def test_profile_parameters_are_checked_and_overridden_by_settings(tmp_path):
    course = catalogue.load(toys.make_course(tmp_path, {"A": {"values": {"n": 5, "word": "b"}}}) / "course.yml")
    job = plan(course, settings=[("A", "n", "6")]).jobs["A"]
    assert job.parameters == {"n": 6, "word": "b", "run_dir": str(tmp_path / "run")}
    course = catalogue.load(toys.make_course(tmp_path, {"A": {"values": {"m": 5}}}) / "course.yml")
    with pytest.raises(ValueError, match="no parameter `m`"):
        plan(course)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("A.nn=1", r"no parameter `nn`. Did you mean `n`\?"),
        ("sead=1", r"Did you mean `seed`\?"),
        ("A.n=few", "`n` is of type int. Received: 'few'"),
        ("X.n=1", "No notebook is called 'X'"),
        ("A.run_dir=x", "use --out"),
        ("n", "`ID.name=value`"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_would_be_right(course, setting, message):
    with pytest.raises(ValueError, match=message):
        plan(course, settings=plans.parse_settings([setting]))


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (None, "one cell tagged `parameters`. Received: 0"),
        ('n = 3\nrun_dir: str = "run"', "a parameter is `name: type = value`"),
    ],
)
def test_a_parameters_cell_that_papermill_would_overlook_is_refused(tmp_path, cell, message):
    course = catalogue.load(toys.make_course(tmp_path, {"A": {"parameters": cell, "data": "synop"}}) / "course.yml")
    with pytest.raises(ValueError, match=message):
        plan(course)


def test_an_equals_sign_in_a_value_is_part_of_it():
    assert plans.parse_settings(["A.word=x=y", "n=1"]) == [("A", "word", "x=y"), (None, "n", "1")]


# ---------------------------------------------------------------- what is finished


def finish(plan, key):
    folder = plan.out / key
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps({"scores": {"error": 6.0}}))
    done = JobState(plan.jobs[key], "ok")
    state.write_state(folder, done)
    state.mark_done(folder, done)


def test_finished_work_is_kept_until_its_source_or_parameters_change(course):
    first = plan(course)
    for key in first.jobs:
        finish(first, key)
    assert state.finished(first) == {"A", "B", "C"}
    assert state.finished(plan(course, settings=[("B", "n", "4")])) == {"A"}
    toys.write_notebook(course["C"].file, "C", "1 + 1")
    assert state.finished(plan(course)) == {"A", "B"}
    toys.write_notebook(course["A"].file, "A", "1 + 1")
    assert state.finished(plan(course)) == set()


def test_giving_a_parameter_its_default_changes_nothing(course):
    first = plan(course)
    for key in first.jobs:
        finish(first, key)
    assert state.finished(plan(course, settings=[("B", "n", "3")])) == {"A", "B", "C"}


def test_work_older_than_what_it_needs_is_done_again(course):
    first = plan(course)
    for key in ("B", "C", "A"):
        finish(first, key)
        import os

        age = {"B": 100, "C": 50, "A": 200}[key]
        os.utime(first.out / key / "done.json", (age, age))
    assert state.finished(first) == {"A"}


def test_outputs_and_metadata_of_a_notebook_do_not_count_as_its_source(course):
    before = plan(course).jobs["A"].fingerprint
    notebook = json.loads(course["A"].file.read_text())
    notebook["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    notebook["metadata"]["other"] = 1
    course["A"].file.write_text(json.dumps(notebook))
    assert plan(course).jobs["A"].fingerprint == before


def test_every_file_of_the_helper_package_counts(course, tmp_path, monkeypatch):
    package = tmp_path / "fidle_utils"
    (package / "datasets").mkdir(parents=True)
    digests = set()
    for name in ("scores.py", "course.mplstyle", "datasets/synop.py", "datasets/synop.py"):
        with open(package / name, "a") as file:
            file.write("x = 1\n")
        plans.package_digest.cache_clear()
        digests.add(plans.package_digest(package))
    assert len(digests) == 4
    here = plan(course).jobs["A"].fingerprint
    monkeypatch.setattr(plans, "package_digest", lambda: "another version")
    assert plan(course).jobs["A"].fingerprint != here


def test_data_that_come_make_old_results_out_of_date(course, monkeypatch, tmp_path):
    course["A"] = replace(course["A"], data="synop")
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path))
    settings = [("A", "source", "auto")]
    before = plan(course, settings=settings).jobs["A"].fingerprint
    assert plan(course, settings=settings).jobs["A"].fingerprint == before
    file = tmp_path / "synop" / "synop.202401.csv"
    file.parent.mkdir()
    file.write_text(MONTHLY + "07690;20240101000000" + ";1" * 15 + "\n")
    after = plan(course, settings=settings).jobs["A"].fingerprint
    assert after != before
    assert plan(course, settings=[("A", "source", "simulated")]).jobs["A"].fingerprint != after


def test_a_gate_is_judged_on_the_results_without_running_again(course):
    first = plan(course)
    for key in first.jobs:
        finish(first, key)
    gates = state.states(first)["C"].gates
    assert gates == [GateResult("error <= 5", False, {"error": 6.0})]


def test_results_of_other_parameters_are_not_taken_for_this_plans(course):
    first = plan(course)
    finish(first, "A")
    other = state.states(plan(course, settings=[("A", "n", "4")]))["A"]
    assert (other.state, other.results) == ("waiting", state.Results())


# ---------------------------------------------------------------- sweeps


def test_a_sweep_is_a_grid_and_shares_what_its_points_need(course):
    found = plans.make_plan(course, ["C"], grid={"seed": ["1", "2"], "n": ["4", "5"]}, out=course.root / "sweep")
    assert [k for k in found.jobs if k.endswith("/C")] == [f"seed-{s}_n-{n}/C" for s in (1, 2) for n in (4, 5)]
    # what C needs depends on the seed, not on C's own n
    assert [k for k in found.jobs if k.endswith("/A")] == ["seed-1_n-4/A", "seed-2_n-4/A"]
    assert found.links["seed-1_n-5/B"] == "seed-1_n-4/B"
    assert found.jobs["seed-2_n-5/C"].needs == ["seed-2_n-4/A", "seed-2_n-4/B"]
    assert found.jobs["seed-2_n-5/C"].point == {"seed": 2, "n": 5}
    assert found.jobs["seed-2_n-5/C"].parameters["run_dir"] == str(course.root / "sweep" / "seed-2_n-5")


def test_a_text_may_have_line_breaks_braces_and_quotes():
    text = "Good {0}.\nVery \"good\": 'été' \\ %d"
    assert plans.parse_settings([f"IMDB3.review={text}"]) == [("IMDB3", "review", text)]


def test_a_grid_is_read_with_the_types_of_the_notebook(course):
    grid, others = sweep.parse_grid(course["B"], plans.parse_settings(["n=1,2", "B.word=x,y", "seed=7", "A.n=1"]))
    assert grid == {"n": [1, 2], "word": ["x", "y"]}
    assert others == [("B", "seed", "7"), ("A", "n", "1")]


@pytest.mark.parametrize(
    ("texts", "message"),
    [(["n=1"], "several values"), (["n=1,x"], "type int"), (["m=1,2"], "no parameter `m`"), (["n=1,2"] * 2, "twice")],
)
def test_a_wrong_grid_is_refused(course, texts, message):
    with pytest.raises(ValueError, match=message):
        sweep.parse_grid(course["B"], plans.parse_settings(texts))


def test_a_point_that_stands_twice_is_refused(course):
    with pytest.raises(ValueError, match="Received twice: n-1"):
        plans.make_plan(course, ["B"], grid={"n": ["1", "1"]}, out=course.root / "sweep")


def test_station_all_is_every_station_of_the_data(monkeypatch, tmp_path):
    lines = [f"{code};20240101000000" + ";1" * 15 for code in ("07690", "07481", "07481")]
    file = tmp_path / "data" / "synop" / "synop.202401.csv"
    file.parent.mkdir(parents=True)
    file.write_text(MONTHLY + "\n".join(lines) + "\n")
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path / "data"))
    cell = 'station: str = ""  # a code\n' + toys.PARAMETERS
    course = catalogue.load(
        toys.make_course(tmp_path / "course", {"A": {"parameters": cell, "data": "synop"}}) / "course.yml"
    )
    assert sweep.parse_grid(course["A"], [(None, "station", "all")])[0] == {"station": ["07481", "07690"]}


def test_the_summary_of_a_sweep_has_means_and_spread_over_seeds(tmp_path):
    rows = []
    for n, error in [(1, 1.0), (1, 3.0), (2, 5.0)]:
        job = Job("A", "A", headline=Headline(score="error"), point={"n": n, "seed": len(rows)})
        results = Results({"error": error}, {"error": "°C"})
        rows.append(Row("A", JobState(job, "ok", seconds=1.0, results=results)))
    found = sweep.write(tmp_path, rows)
    assert found["columns"] == ["n", "runs", "error (°C)"]
    assert found["lines"] == [["n 1", "2", "2 ± 1.4"], ["n 2", "1", "5"]]
    assert (tmp_path / "sweep.png").stat().st_size > 10_000
    assert "3 runs" in found["alt"]


def test_runs_that_differ_by_their_seed_alone_are_one_line(tmp_path):
    jobs = [Job("A", "A", headline=Headline(score="error"), point={"seed": seed}) for seed in (1, 2)]
    rows = [Row("A", JobState(job, "ok", results=Results({"error": job.point["seed"]}))) for job in jobs]
    assert sweep.write(tmp_path, rows)["lines"] == [["all runs", "2", "1.5 ± 0.71"]]


# ---------------------------------------------------------------- Slurm, locks


NEEDED = Resources(cpus=4, mem_mb=8000, minutes=30, gpus=1)


def site(folder, text):
    (folder / "slurm.yml").write_text(text)
    return strict.read(folder / "slurm.yml", slurm.Site)


def test_slurm_is_asked_for_what_the_catalogue_says_within_what_the_site_allows():
    allowed = slurm.Site("gpu", cpu_partition="cpu", account="abc", gres="gpu:h100:{gpus}", minutes=20)
    assert slurm.resources(NEEDED, allowed) == {
        "runtime": 20,
        "cpus_per_task": 4,
        "mem_mb": 8000,
        "slurm_partition": "gpu",
        "slurm_account": "abc",
        "gres": "gpu:h100:1",
    }
    without = slurm.resources(replace(NEEDED, gpus=0), allowed)
    assert without["slurm_partition"] == "cpu"
    assert "gres" not in without


def test_a_cluster_without_a_gpu_runs_everything_on_its_cpus(tmp_path):
    asked = slurm.resources(NEEDED, site(tmp_path, "cpu_partition: cpu\ngpus: 0\ngres:\nqos:\n"))
    assert asked == {"runtime": 30, "cpus_per_task": 4, "mem_mb": 8000, "slurm_partition": "cpu"}


def test_a_site_file_may_be_empty(tmp_path):
    assert site(tmp_path, "# nothing yet\n") == slurm.Site()


@pytest.mark.parametrize("line", ['minutes: "10:00"', "mem_mb: 1.5", "gpus: true", "gpus: -1"])
def test_a_number_of_a_site_file_that_is_none_is_refused(tmp_path, line):
    with pytest.raises(ValueError, match=r"slurm\.yml, line 1: .*Input should be"):
        site(tmp_path, line)


def test_a_site_file_with_an_unknown_key_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no key `partion` here. Did you mean `partition`\?"):
        site(tmp_path, "partion: gpu")


def test_a_second_run_in_the_same_folder_is_refused_and_told_by_whom(tmp_path):
    refused = pytest.raises(BatchError, match=r"Another run is working.*process \d+")
    with only_run(tmp_path), refused, only_run(tmp_path):
        pass
    with only_run(tmp_path):
        pass


def test_a_notebook_of_a_batch_that_wants_what_its_plan_has_not_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv("FIDLE_BATCH", "1")
    refused = pytest.raises(BatchError, match=r"Name what it needs under `needs` in course\.yml")
    with only_run(tmp_path), refused, only_run(tmp_path):
        pass


def test_a_lock_from_another_machine_is_explained_and_taken_with_unlock(tmp_path):
    lock = tmp_path / ".fidle" / "lock.json"
    lock.parent.mkdir()
    held = {"host": "elsewhere", "pid": 1, "since": "2026-01-01T00:00:00+00:00", "command": "fidle run"}
    lock.write_text(json.dumps(held))
    with pytest.raises(BatchError, match=r"another machine.*elsewhere.*--unlock"), only_run(tmp_path):
        pass
    with only_run(tmp_path, unlock=True):
        pass
    assert lock.read_text() == ""


def test_a_lock_left_by_a_killed_run_on_this_machine_is_taken_over(tmp_path):
    import platform

    lock = tmp_path / ".fidle" / "lock.json"
    lock.parent.mkdir()
    lock.write_text(json.dumps({"host": platform.node(), "pid": 2**22 + 1, "since": "x", "command": "fidle run"}))
    with only_run(tmp_path):
        pass
