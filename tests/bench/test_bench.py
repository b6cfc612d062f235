"""The bench itself works: it is small, it is quick, and it counts only what was really done."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.figures import Figure, Row, milliseconds, percentile, rates
from tests.bench.table import table
from tests.bench.wire import Load

ROOT = Path(__file__).resolve().parents[2]


def test_a_quick_run_prints_one_table_with_its_conditions() -> None:
    asked = [sys.executable, "-m", "tests.bench", "--quick", "--only", "drawing"]
    printed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for condition in ("date", "processor", "load at start", "Python", "libraries", "database"):
        assert f"- {condition}: " in printed
    assert re.search(r"\| drawing a large card \(.+\), p50 +\| \d+\.\d+ ms \(.+–.+\) \|", printed)


def test_a_row_reads_as_median_and_range_beside_its_peer() -> None:
    figure, beside = rates([900.0, 1_200.0, 1_100.0]), rates([2_200.0])
    row = Row(what="proposals", figure=figure, peer="raw", beside=beside, target="≥ 1,000/s")
    written = table([("date", "today")], [row])
    assert "- date: today" in written
    assert "| proposals | 1,100/s (900–1,200) | raw       | 2,200/s    | 0.50  |" in written


def test_a_ratio_of_times_is_a_multiple() -> None:
    row = Row(what="p99", figure=milliseconds([0.03]), beside=milliseconds([0.01]))
    assert row.ratio == "× 3.0"
    assert Row(what="alone", figure=Figure((1.0,), " MiB")).ratio == ""


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile([float(each) for each in range(100, 0, -1)], share) == value


def test_failures_are_no_figure() -> None:
    sound = Load(2.0, (0.1, 0.2), {201: 2})
    assert sound.all_were(201).per_second == 1.0
    with pytest.raises(RuntimeError, match="503"):
        Load(2.0, (0.1, 0.2), {201: 1, 503: 1}).all_were(201)
