"""State directories as the programs make them, filled with rows as they would have written them."""

import glob
import os
import shlex
import sqlite3
import subprocess

USER = "ctx7"
UNITS = "/usr/local/lib/systemd/system"


class State:
    """A configuration with its state directory and generated units, on the machine that this runs on."""

    def __init__(self, bench, name, config):
        self.directory = bench.directory(name, USER)
        self.config = f"{self.directory}/ctx7.yaml"
        with open(self.config, "w") as file:
            file.write(config)
        self.history = f"{self.directory}/jobs.sqlite"
        self.documents = f"{self.directory}/documents.sqlite"
        self.options = ["--config", self.config, "--state-dir", self.directory]
        for unit in glob.glob(f"{UNITS}/ctx7-job-*"):
            os.unlink(unit)
        run("ctx7-units", "generate", *self.options)
        # What runs here, runs when it is measured.
        run("systemctl", "stop", *(os.path.basename(unit) for unit in glob.glob(f"{UNITS}/ctx7-job-*.timer")))

    def firing(self, job):
        """The command with which the unit of a job starts it."""
        with open(f"{UNITS}/ctx7-job-{job}.service") as file:
            line = next(line for line in file if line.startswith("ExecStart="))
        return shlex.split(line.removeprefix("ExecStart=").replace("%%", "%"))

    def track(self, workspace, count, url):
        """Makes a workspace track `count` documents: one the way a user does, the rest as copies of its row."""
        run(
            "ctx7ctl", "documents", "add", url(0), "--technology", workspace, "--workspace", workspace, *self.options,
            user=USER)
        with self.open(self.documents) as database:
            row = copy_of(database, "documents", "workspace = ?", [workspace])
            row.insert((
                {"content_id": f"{abs(hash((workspace, number))):016x}{number:016x}", "source_url": url(number)}
                for number in range(1, count)))

    def fill_history(self, job, before, rows):
        """Makes the history of a job that has run, `before` executions long, `rows` executions long: one a minute."""
        with self.open(self.history) as database:
            row = copy_of(database, "background_job_executions", "job_id = ?", [job])
            started = row.row["started_at"]
            row.insert((
                {"execution_id": f"{job}_{number:08x}", "correlation_id": f"manual_{number:08x}",
                 "started_at": started - number * 60_000, "completed_at": started - number * 60_000 + 10}
                for number in range(before, rows)))

    def open(self, path):
        database = sqlite3.connect(path)
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA synchronous = OFF")
        return _Closing(database)

    def keep(self):
        """Remembers the databases as they are now; `reset` brings them back."""
        for path in (self.history, self.documents):
            if os.path.exists(path):
                with self.open(path) as database:
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                run("cp", path, f"{path}.kept")

    def reset(self):
        for path in (self.history, self.documents):
            if os.path.exists(f"{path}.kept"):
                restore(f"{path}.kept", path)


def restore(kept, path):
    """Puts a copy in the place of a database, and has it on disk before anything is measured."""
    for suffix in ("-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)
    run("cp", kept, path)
    run("chown", f"{USER}:", path)
    run("sync", "--file-system", path)


class copy_of:
    """A row as a template: whatever columns there are, only those that must differ are named."""

    def __init__(self, database, table, condition, values):
        self.database = database
        cursor = database.execute(f"SELECT * FROM {table} WHERE {condition} LIMIT 1", values)
        self.table = table
        self.row = dict(zip([column[0] for column in cursor.description], cursor.fetchone()))

    def insert(self, rows):
        marks = ", ".join("?" for _ in self.row)
        self.database.executemany(
            f"INSERT INTO {self.table} ({', '.join(self.row)}) VALUES ({marks})",
            (list((self.row | row).values()) for row in rows))


class _Closing:
    """A transaction at whose end the connection is closed."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        return self.database

    def __exit__(self, *error):
        if error == (None, None, None):
            self.database.commit()
        self.database.close()


def run(*command, user=None):
    """Runs a command that is not measured."""
    answer = subprocess.run(
        command, capture_output=True, text=True, user=user, group=user, extra_groups=[] if user else None)
    if answer.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit status {answer.returncode}: {answer.stdout}{answer.stderr}")
    return answer.stdout
