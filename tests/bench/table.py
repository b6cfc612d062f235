"""The table: read by people in a terminal, and by Markdown."""

from collections.abc import Sequence

from tests.bench.figures import Row

_HEADINGS = ("what", "Keyturn", "beside it", "its figure", "ratio", "aim")


def table(conditions: Sequence[tuple[str, str]], rows: Sequence[Row]) -> str:
    """Write conditions and figures."""
    said = [f"- {name}: {words}" for name, words in conditions]
    cells = [_HEADINGS, *map(_cells, rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(_HEADINGS))]
    rule = ["-" * width for width in widths]
    lines = [_line(each, widths) for each in (cells[0], rule, *cells[1:])]
    legend = "Median of the rounds (least–most). A ratio of rates is a share; of times, a multiple."
    return "\n".join([*said, "", *lines, "", legend])


def _cells(row: Row) -> tuple[str, ...]:
    beside = "" if row.beside is None else str(row.beside)
    return (row.what, str(row.figure), row.peer, beside, row.ratio, row.target)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
