"""Deleting what has expired."""

from harness.measuring import Contender, grows, ratio
from harness.report import Panel, Section
from harness.state import USER, State

BATCH = 50
CHUNKS_PER_DOCUMENT = 20
CONFIG = f"""
jobs:
  - job_id: cleanup
    job_type: ttl_cleanup
    schedule: {{schedule_type: cron, cron_expression: "0 2 * * *"}}
    parameters: {{batch_size: {BATCH}}}
"""


def compare(bench):
    section = Section(
        "2. Cleanup of expired chunks",
        f"Documents of {CHUNKS_PER_DOCUMENT} chunks of about 700 bytes, all expired, deleted {BATCH} documents a"
        " transaction, full-text index included; against the same deletes in the same batches in the sqlite3 shell.")
    curves = {"ctx7-job-exec": [], "sqlite3": []}
    for chunks in [10_000, 100_000] + ([1_000_000] if bench.full else []):
        state = _state(bench, chunks // CHUNKS_PER_DOCUMENT)
        contenders = [
            Contender("ctx7-job-exec", state.firing("cleanup"), {}, USER, state.reset),
            Contender(
                "sqlite3", ["sqlite3", "-bail", state.documents], {}, USER, state.reset,
                stdin=_script(state, chunks // CHUNKS_PER_DOCUMENT)),
        ]
        bench.compete(contenders, rounds=9 if chunks == 10_000 else 3, warmups=0)
        _check(state)
        section.compare(f"{chunks:,} chunks", contenders)
        section.promise(f"{chunks:,} chunks: ctx7-job-exec ÷ sqlite3", ratio(*contenders), 1.3)
        for contender, curve in zip(contenders, curves.values()):
            curve.append((chunks, contender.median("wall")))
    section.notes.append(f"the time grows by size^{grows(curves['ctx7-job-exec']):.2f}")
    section.panels.append(Panel("2. Cleanup", "chunks", "seconds", curves))
    return section


def _state(bench, documents):
    state = State(bench, "cleanup", CONFIG)
    state.track("library", documents, lambda number: f"https://example.org/{number}.md")
    with state.open(state.documents) as database:
        database.execute(
            "UPDATE documents SET content_hash = 'x', last_fetched_at = 1, expires_at = 1, chunk_count = ?,"
            " processing_status = 'completed'", [CHUNKS_PER_DOCUMENT])
        ids = [row[0] for row in database.execute("SELECT content_id FROM documents ORDER BY content_id")]
        database.executemany(
            "INSERT INTO chunks (chunk_id, content_id, chunk_index, content) VALUES (?, ?, ?, ?)",
            ((f"{id}_{index}", id, index, _text(number, index))
             for number, id in enumerate(ids) for index in range(CHUNKS_PER_DOCUMENT)))
    state.keep()
    return state


def _text(number, index):
    """Prose with some words that every chunk has and some that few have."""
    lines = [
        f"Option {index} of document {number} says how widget{number % 997} behaves when the window grows, and"
        f" setting{(number * 31 + line) % 4999} turns it off; see section {line}."
        for line in range(6)
    ]
    return "\n".join(lines)


def _script(state, documents):
    path = f"{state.directory}/cleanup.sql"
    batch = f"""
BEGIN IMMEDIATE;
INSERT INTO batch SELECT content_id FROM documents WHERE workspace = 'library' AND source_provider = 'context7'
  AND expires_at <= 1 AND last_fetched_at IS NOT NULL LIMIT {BATCH};
DELETE FROM chunks WHERE content_id IN (SELECT content_id FROM batch);
DELETE FROM documents WHERE content_id IN (SELECT content_id FROM batch);
DELETE FROM batch;
COMMIT;
"""
    with open(path, "w") as file:
        file.write("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;\n")
        file.write("CREATE TEMP TABLE batch (content_id TEXT PRIMARY KEY) WITHOUT ROWID;\n")
        file.write(batch * -(-documents // BATCH))
    return path


def _check(state):
    with state.open(state.documents) as database:
        left = database.execute("SELECT count(*) FROM chunks").fetchone()[0]
        if left:
            raise RuntimeError(f"{left} chunks are left")
