"""What a run spends its time in, one function at a time."""

from harness.report import Section


def compare(bench):
    section = Section(
        "8. Functions",
        "Measured by the package in Tests/Benchmarks/functions, inside of one process: median wall time of one call.")
    with open(f"{bench.scratch}/functions.md") as file:
        section.verbatim = file.read().strip()
    return section
