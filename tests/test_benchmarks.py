"""Benchmarks compare properly, give every line a target, and say so when nothing was measured."""

import gzip
import json
import os
import re
from datetime import datetime

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import fused, generator, reading, report, skill
from benchmarks.line import Group, Growth, Line, number
from benchmarks.measure import ROOT, alternate, in_child
from fidle_course import catalogue

WHEN = datetime(2026, 1, 2)


def test_at_least_is_met_from_the_limit_on():
    assert Line("a", "×", ">=", 5, 5.0).met is True
    assert Line("a", "×", ">=", 5, 4.99).met is False


def test_at_most_is_met_up_to_the_limit():
    assert Line("a", "s", "<=", 0.3, 0.3).met is True
    assert Line("a", "s", "<=", 0.3, 0.31).verdict == "NOT MET"


def test_what_was_not_measured_is_neither_met_nor_missed():
    line = Line("a", "s", "<=", 1)
    assert (line.met, line.verdict, line.ratio) == (None, "not measured", "")


def test_value_that_is_only_stated_has_no_limit():
    assert Line("a", "s", value=3.0).verdict == "stated"
    with pytest.raises(ValueError, match="limit and a direction"):
        Line("a", "s", ">=", None)


def test_ratio_of_a_comparison_is_its_value_and_of_anything_else_the_part_of_the_target():
    assert Line("a", "×", ">=", 5, 12.345).ratio == "12.3 ×"
    assert Line("a", "s", "<=", 20, 5.0).ratio == "0.25 of target"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1220.4, "1,220"), (12.345, "12.3"), (0.04212, "0.0421"), (0.0000123, "0.000012"), (150, "150")],
)
def test_numbers_have_three_digits_and_no_exponent(value, text):
    assert number(value) == text


def test_line_comes_back_from_json():
    line = Line("a", "×", ">=", 5, 12.3, "123 beside 10")
    assert Line.from_dict(json.loads(json.dumps(line.as_dict()))) == line


def test_works_are_timed_in_turns():
    order = []
    found = alternate({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, repeats=3)
    assert order == ["a", "b"] * 3
    assert set(found) == {"a", "b"}


def test_old_generator_gives_the_windows_before_their_targets():
    rows = np.arange(50)[:, None]
    old = generator.OldTimeseriesGenerator(rows, rows, 4, 8, np.random.default_rng(0))
    inputs, targets = old[0]
    assert inputs.shape == (8, 4, 1)
    assert np.array_equal(inputs[:, -1, 0] + 1, targets[:, 0])


def test_memory_of_the_generator_leaves_out_the_series():
    held, peak, _ = generator.own_memory(300_000, batches=5)
    assert held < 300_000 * generator.FEATURES * 4 / 1e6 / 10 and held < peak


def test_yearly_files_have_all_stations_at_each_instant_and_dates_of_their_year(tmp_path):
    first, second = reading.write_years(tmp_path, years=2, stations=3, days=2)
    lines = gzip.decompress(second.read_bytes()).decode().splitlines()
    head = lines[0].split(";")
    rows = [dict(zip(head, line.split(";"))) for line in lines[1:]]
    assert len(rows) == 2 * 8 * 3
    assert {len(line.split(";")) for line in lines} == {len(head)}
    assert [row["geo_id_wmo"] for row in rows[:4]] == ["07690", "07007", "07012", "07690"]
    assert (rows[0]["validity_time"], rows[-1]["validity_time"]) == ("2011-01-01T00:00:00Z", "2011-01-02T21:00:00Z")
    assert len(os.listdir(tmp_path)) == 2 and first.name == "synop_2010.csv.gz"


def test_both_readers_find_the_same_rows(tmp_path):
    paths = reading.write_years(tmp_path, years=2, stations=3, days=2)
    assert reading.read_ours(paths) == reading.read_with_pandas(paths) == 2 * 2 * 8


def test_written_archive_is_read_like_the_real_one(tmp_path):
    from fidle_utils.datasets.imdb import read_reviews, simulate_reviews

    reviews = read_reviews(reading.write_archive(tmp_path / "a.tar.gz", per_class=4), per_class=4)
    assert reviews.train_texts == simulate_reviews(8).train_texts


def test_child_process_gives_value_time_and_peak(tmp_path):
    paths = [str(path) for path in reading.write_years(tmp_path, years=1, stations=2, days=1)]
    found = in_child("reading:read_ours", paths)
    assert found["value"] == 8
    assert found["seconds"] > 0
    assert found["peak_mb"] is None or found["peak_mb"] >= 0


def test_failing_child_process_shows_its_error():
    with pytest.raises(RuntimeError, match="not_there"):
        in_child("reading:not_there")


# ------------------------------------------------------------------------------------------------------- skill


def write_result(folder, id, seed, scores, source="real", finished="2026-01-01T00:00:00+00:00"):
    folder.mkdir(parents=True)
    result = dict(id=id, seed=seed, scores=scores, data={"source": source}, seconds=10.0, finished=finished)
    (folder / "results.json").write_text(json.dumps(result))


def line_of(group, score):
    return next(line for line in group.lines if f"`{score}`" in line.what)


def test_skill_is_the_mean_over_seeds_with_its_spread(tmp_path):
    for seed, value in ((1, 1.0), (2, 1.1), (3, 1.2)):
        write_result(tmp_path / f"seed-{seed}" / "SYNOP2", "SYNOP2", seed, {"rmse_3h_lstm": value})
    line = line_of(skill.measure(results=tmp_path), "rmse_3h_lstm")
    assert line.value == pytest.approx(1.1)
    assert line.measured.startswith("1.1 ± 0.1 °C, 3 seeds; published recipe 3.47")
    assert line.met is True


def test_skill_of_the_full_profile_has_its_own_targets(tmp_path):
    write_result(tmp_path / "SYNOP2", "SYNOP2", 1, {"rmse_3h_lstm": 1.3})
    assert line_of(skill.measure(results=tmp_path, profile="full"), "rmse_3h_lstm").met is False
    with pytest.raises(ValueError, match="smoke"):
        skill.measure(results=tmp_path, profile="smoke")


def test_simulated_data_prove_no_skill(tmp_path):
    write_result(tmp_path / "SYNOP2", "SYNOP2", 1, {"rmse_3h_lstm": 1.0}, source="simulated")
    assert line_of(skill.measure(results=tmp_path), "rmse_3h_lstm").verdict == "not measured"


def test_newer_result_of_a_seed_counts(tmp_path):
    write_result(tmp_path / "a", "SYNOP2", 1, {"rmse_3h_lstm": 1.0}, finished="2026-01-02T00:00:00+00:00")
    write_result(tmp_path / "b", "SYNOP2", 1, {"rmse_3h_lstm": 2.0}, finished="2026-01-01T00:00:00+00:00")
    assert line_of(skill.measure(results=tmp_path), "rmse_3h_lstm").value == 1.0


def test_score_that_a_notebook_does_not_report_is_named(tmp_path):
    write_result(tmp_path / "a", "SYNOP2", 1, {"other": 1.0})
    assert "reports no `rmse_3h_lstm`" in line_of(skill.measure(results=tmp_path), "rmse_3h_lstm").measured


# ---------------------------------------------------------------------------------------------- table and files


def example(quick=False):
    lines = [
        Line("fast thing", "×", ">=", 5, 12.3, "123 beside 10"),
        Line("slow thing", "s", "<=", 1, 2.0, "2 s"),
        Line("GPU", "s", "", None, None, "no GPU here"),
    ]
    group = Group(lines, [Growth("Windows", ["windows", "s"], [["1", "2"]])])
    return {"generator": report.entry(group, 1.0, WHEN, quick)}


def test_text_table_shows_every_line_with_its_target_and_counts_them():
    text = report.as_text(example())
    assert "≥ 5 ×" in text and "12.3 ×" in text and "NOT MET" in text
    assert text.splitlines()[-1] == "1 met, 1 NOT MET, 1 not measured"


def test_readme_section_is_made_from_the_record():
    start, end = report._MARKS
    text = report.with_last_run(f"a\n{start}old{end}\nb", example())
    assert "old" not in text and text.startswith("a\n") and text.endswith("\nb")
    assert "| fast thing | ≥ 5 × | 123 beside 10 | 12.3 × | met |" in text
    assert "2026-01-02" in text


def test_quick_numbers_are_not_published():
    with pytest.raises(ValueError, match="--quick"):
        report.publish(example(quick=True))


def test_readme_shows_the_published_record():
    if not report.PUBLISHED.exists():
        pytest.skip("nothing was published yet")
    readme = report.README.read_text(encoding="utf-8")
    assert report.with_last_run(readme, report.read(report.PUBLISHED)) == readme


def test_unknown_group_is_refused(capsys):
    assert command.main(["generators"]) == 2
    assert "startup" in capsys.readouterr().err


def test_command_measures_prints_and_writes_every_quick_line(tmp_path, capsys):
    out = tmp_path / "bench.json"
    code = command.main(["generator", "forecast", "skill", "--quick", "--results", str(tmp_path), "--out", str(out)])
    record = report.read(out)
    lines = [line for entry in record.values() for line in report.lines(entry)]
    printed = capsys.readouterr().out
    aims = sum(aim.live is not None for aim in skill.AIMS) + sum(aim.full is not None for aim in skill.AIMS)
    assert len(lines) == 5 + 1 + aims
    assert all(line.limit is not None for line in lines)
    assert all(line.target in printed for line in lines)
    assert "QUICK" in printed
    assert code == int(any(line.met is False for line in lines))
    assert all(entry["machine"]["cores"] >= 1 and entry["when"] for entry in record.values())


def test_gpu_script_runs_lessons_of_the_course():
    script = (ROOT / "benchmarks" / "gpu.sh").read_text(encoding="utf-8")
    assert {"SYNOP2", "IMDB5"} <= set(re.findall(r"^lesson \d+ (\w+)$", script, re.M)) <= set(catalogue.load())


@pytest.mark.slow
def test_steps_of_recurrent_layers_are_measured_for_short_and_long_series():
    group = fused.measure(quick=True)
    rates = {tuple(row[:2]): float(row[2].replace(",", "")) for row in group.growth[0].rows}
    assert all(rate > 0 for rate in rates.values())
    assert {"CPU, plain loop", "CPU, unrolled"} <= {place for _, place in rates}
    assert len(group.lines) == 3 and group.lines[0].met
