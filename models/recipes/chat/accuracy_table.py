"""Figures of files as a table in a Markdown page, between `<!-- name -->` and `<!-- /name -->`."""

from __future__ import annotations

from pathlib import Path

from chat.problems import RecipeError

"""Heading and decimals of a figure, by its name."""
Columns = dict[str, tuple[str, int]]


def write_table(path: Path, name: str, rows: list[dict], columns: Columns, first: str, adds: bool) -> None:
    """Write rows under a first line, refusals below. `adds`: rows of other files stay as they are. Raises RecipeError TABLE_MISSING."""
    page = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    if begin not in page or end not in page:
        raise RecipeError("TABLE_MISSING", f"{path} has no place for {name}.", f"Put {begin.strip()} and {end} into it.")
    head, rest = page.split(begin, 1)
    block, tail = rest.split(end, 1)
    headings = ["File", *(heading for heading, _ in columns.values())]
    before = _read(block, headings) if adds else ([], [])
    text = _table(headings, *_joined(before, rows, columns), first)
    path.write_text(f"{head}{begin}\n{text}\n\n{end}{tail}", encoding="utf-8")


def _read(block: str, headings: list[str]) -> tuple[list[list[str]], list[str]]:
    """Rows, and lines about files that were refused. Raises RecipeError TABLE_MISSING where the table is another."""
    lines = [line for line in block.splitlines() if line.strip()]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    if cells and cells[0] != headings:
        raise RecipeError("TABLE_MISSING", "The table has other columns.", "Leave --add out and give all its files.")
    last = max((at for at, line in enumerate(lines) if line.startswith("|")), default=len(lines))
    return cells[2:], lines[last + 1 :]


def _joined(
    before: tuple[list[list[str]], list[str]], rows: list[dict], columns: Columns
) -> tuple[list[list[str]], list[str]]:
    """In the order that was there; what is new comes last."""
    new = {row["file"]: [row["file"], *_cells(row, columns)] for row in rows}
    refused = {row["file"]: f"{row['file']}: {row['refused']}" for row in rows if "refused" in row}
    kept = [new.pop(row[0], row) for row in before[0]]
    told = [line for line in before[1] if line.split(":")[0] not in {row["file"] for row in rows}]
    return [*kept, *new.values()], [*told, *refused.values()]


def _cells(row: dict, columns: Columns) -> list[str]:
    if "refused" in row:
        return ["not run", *[""] * (len(columns) - 1)]
    return [
        "not asked" if key not in row else f"{row[key] / (1e6 if key == 'sizeBytes' else 1):.{decimals}f}"
        for key, (_, decimals) in columns.items()
    ]


def _table(headings: list[str], body: list[list[str]], refused: list[str], first: str) -> str:
    widths = [max(map(len, column)) for column in zip(headings, *body, strict=True)]

    def line(each: list[str], fill: str = " ") -> str:
        return "| " + " | ".join(cell.ljust(width, fill) for cell, width in zip(each, widths, strict=True)) + " |"

    lines = [line(headings), line([""] * len(headings), "-"), *map(line, body)]
    return "\n".join([first, "", *lines, *(["", *refused] if refused else [])])
