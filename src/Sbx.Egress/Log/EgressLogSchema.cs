namespace Sbx.Egress.Log;

/// <summary>The tables of the log.</summary>
internal static class EgressLogSchema
{
    /// <summary>Raised when the tables change; an older file is set aside.</summary>
    public const int Version = 1;

    public const string Create = """
        CREATE TABLE IF NOT EXISTS egress(
            id INTEGER PRIMARY KEY, time INTEGER NOT NULL, sandbox TEXT NOT NULL, sandbox_id TEXT NOT NULL, proxy INTEGER NOT NULL,
            host TEXT NOT NULL, port INTEGER NOT NULL, method TEXT, path TEXT, status INTEGER, bytes_sent INTEGER NOT NULL,
            bytes_received INTEGER NOT NULL, duration_us INTEGER NOT NULL, credential TEXT, rule TEXT, allowed INTEGER NOT NULL, reason TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS egress_time ON egress(time);
        DROP INDEX IF EXISTS egress_sandbox;
        """;

    public const string Insert = """
        INSERT OR REPLACE INTO egress(id, time, sandbox, sandbox_id, proxy, host, port, method, path, status, bytes_sent, bytes_received,
            duration_us, credential, rule, allowed, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    public const string Where = "WHERE ($sandbox IS NULL OR sandbox = $sandbox) AND ($since IS NULL OR time >= $since) AND ($denied = 0 OR allowed = 0)";
}
