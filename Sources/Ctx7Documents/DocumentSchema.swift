internal import GRDB

/// The tables of `documents.sqlite`, one migration a released version.
enum DocumentSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 workspaces, documents, chunks") { try $0.execute(sql: version1) }
    return migrator
  }

  private static let version1 = """
    CREATE TABLE workspaces (
      name TEXT PRIMARY KEY NOT NULL CHECK (length(name) BETWEEN 1 AND 64 AND name NOT GLOB '*[^a-z0-9_-]*'),
      technology TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE documents (
      content_id TEXT PRIMARY KEY NOT NULL,
      workspace TEXT NOT NULL REFERENCES workspaces (name),
      source_url TEXT NOT NULL,
      technology TEXT NOT NULL,
      title TEXT NOT NULL,
      version TEXT,
      doc_type TEXT NOT NULL DEFAULT 'documentation',
      source_provider TEXT NOT NULL DEFAULT 'context7',
      processing_status TEXT NOT NULL DEFAULT 'pending'
        CHECK (processing_status IN ('pending', 'processing', 'completed', 'failed', 'flagged')),
      content_hash TEXT,
      store TEXT NOT NULL DEFAULT 'embedded' CHECK (store IN ('embedded', 'weaviate')),
      etag TEXT,
      last_modified TEXT,
      library_id TEXT,
      upstream_revision TEXT,
      upstream_changed_at INTEGER,
      stars INTEGER CHECK (stars >= 0),
      content_length INTEGER NOT NULL DEFAULT 0 CHECK (content_length >= 0),
      word_count INTEGER NOT NULL DEFAULT 0 CHECK (word_count >= 0),
      heading_count INTEGER NOT NULL DEFAULT 0 CHECK (heading_count >= 0),
      code_block_count INTEGER NOT NULL DEFAULT 0 CHECK (code_block_count >= 0),
      chunk_count INTEGER NOT NULL DEFAULT 0 CHECK (chunk_count >= 0),
      quality_score REAL NOT NULL DEFAULT 0 CHECK (quality_score BETWEEN 0 AND 1),
      ttl_days INTEGER,
      ttl_factors TEXT,
      embedding_model TEXT,
      embedding_length INTEGER CHECK (embedding_length > 0),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      last_fetched_at INTEGER,
      expires_at INTEGER NOT NULL,
      gone_at INTEGER,
      failed_fetches INTEGER NOT NULL DEFAULT 0,
      last_error TEXT,
      UNIQUE (workspace, source_url),
      CHECK ((content_hash IS NULL) = (last_fetched_at IS NULL)),
      CHECK ((embedding_model IS NULL) = (embedding_length IS NULL))
    ) STRICT;
    CREATE INDEX documents_by_expiry ON documents (workspace, expires_at);
    CREATE INDEX documents_by_fetch ON documents (workspace, last_fetched_at);
    CREATE INDEX documents_unsettled ON documents (workspace) WHERE processing_status = 'processing';

    CREATE TABLE chunks (
      id INTEGER PRIMARY KEY,
      chunk_id TEXT NOT NULL UNIQUE,
      content_id TEXT NOT NULL REFERENCES documents (content_id) ON DELETE CASCADE,
      chunk_index INTEGER NOT NULL CHECK (chunk_index >= 0),
      content TEXT NOT NULL,
      embedding BLOB,
      UNIQUE (content_id, chunk_index)
    ) STRICT;

    CREATE VIRTUAL TABLE chunks_search USING fts5 (content, content='chunks', content_rowid='id');
    CREATE TRIGGER chunks_added AFTER INSERT ON chunks BEGIN
      INSERT INTO chunks_search (rowid, content) VALUES (new.id, new.content);
    END;
    CREATE TRIGGER chunks_removed AFTER DELETE ON chunks BEGIN
      INSERT INTO chunks_search (chunks_search, rowid, content) VALUES ('delete', old.id, old.content);
    END;
    """
}
