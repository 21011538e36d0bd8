"""Runs commands in turns, and says what each took."""

import dataclasses
import os
import statistics
import subprocess


@dataclasses.dataclass(frozen=True)
class Sample:
    """One run: wall and CPU seconds, peak memory in bytes."""

    wall: float
    cpu: float
    memory: int


@dataclasses.dataclass
class Contender:
    """A command that does the work; `prepare` puts everything back to where each run begins."""

    name: str
    command: list
    environment: dict = dataclasses.field(default_factory=dict)
    user: str | None = None
    prepare: object = None
    stdin: str | None = None
    samples: list = dataclasses.field(default_factory=list)

    def median(self, quantity):
        return statistics.median(getattr(sample, quantity) for sample in self.samples)


class Bench:
    """What all comparisons share: the places, and whether the big sizes are wanted."""

    def __init__(self, scratch, full):
        self.scratch = scratch
        self.full = full
        self.programs = f"{scratch}/bin"
        self.peers = f"{scratch}/peers"

    def directory(self, name, user=None):
        """An empty directory on the disk of this machine, so that a flush costs what it costs."""
        path = f"{self.scratch}/runs/{name}"
        subprocess.run(["rm", "-rf", path], check=True)
        os.makedirs(path)
        if user:
            subprocess.run(["chown", f"{user}:", path], check=True)
        return path

    def measure(self, contender):
        """Runs a contender once."""
        if contender.prepare:
            contender.prepare()
        environment = {name: value for name, value in os.environ.items() if name in ("LANG", "PATH", "TZ")}
        with open(contender.stdin or os.devnull) as stdin:
            answer = subprocess.run(
                [f"{self.programs}/measure", *contender.command], stdin=stdin, capture_output=True, text=True,
                env=environment | contender.environment, user=contender.user, group=contender.user,
                extra_groups=[] if contender.user else None)
        figures = answer.stdout.split()
        if answer.returncode != 0 or len(figures) != 4 or figures[3] != "0":
            raise RuntimeError(
                f"{contender.name} failed: {' '.join(contender.command)}: {answer.stdout}{answer.stderr[-2000:]}")
        return Sample(int(figures[0]) / 1e9, int(figures[1]) / 1e6, int(figures[2]) * 1024)

    def compete(self, contenders, rounds, warmups=1):
        """Lets all contenders run in turns, so that whatever else the machine does hits all of them alike."""
        for contender in contenders:
            for _ in range(warmups):
                self.measure(contender)
        for round in range(rounds):
            shift = round % len(contenders)
            for contender in contenders[shift:] + contenders[:shift]:
                contender.samples.append(self.measure(contender))


def ratio(ours, theirs, quantity="wall"):
    """The median over all rounds of what ours took, in parts of what theirs took in the same round."""
    return statistics.median(
        getattr(our, quantity) / getattr(their, quantity) for our, their in zip(ours.samples, theirs.samples)
        if getattr(their, quantity) > 0)


def grows(points):
    """By which power of its size the cost grows, from the first to the last point: 0 is constant, 1 linear."""
    import math

    (first_size, first_cost), (last_size, last_cost) = points[0], points[-1]
    return math.log(last_cost / first_cost) / math.log(last_size / first_size)
