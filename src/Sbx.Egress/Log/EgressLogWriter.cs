using Microsoft.Data.Sqlite;

namespace Sbx.Egress.Log;

/// <summary>Writes batches of rows and keeps the file within its size. One thread at a time.</summary>
internal sealed class EgressLogWriter : IDisposable
{
    // A guest chooses paths and names; a row stays small whatever it sends.
    private const int LongestText = 2048;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly long _maximumBytes;

    public EgressLogWriter(string path, long maximumBytes)
    {
        _maximumBytes = maximumBytes;
        CreatePrivately(path);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            _connection.Open();
            Execute("PRAGMA auto_vacuum=INCREMENTAL");
            Execute("PRAGMA journal_mode=WAL");
            Execute("PRAGMA synchronous=NORMAL");
            Execute("PRAGMA journal_size_limit=4194304");
            var version = Scalar("PRAGMA user_version");
            if (version != 0 && version != EgressLogSchema.Version)
                Execute("DROP TABLE IF EXISTS egress");
            Execute(EgressLogSchema.Create);
            Execute($"PRAGMA user_version={EgressLogSchema.Version}");
            LastId = Scalar("SELECT coalesce(max(id), 0) FROM egress");
            _insert = _connection.CreateCommand();
            _insert.CommandText = EgressLogSchema.Insert;
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Highest number in the file when it was opened.</summary>
    public long LastId { get; }

    /// <summary>Writes rows in one transaction.</summary>
    public void Write(IReadOnlyList<EgressRow> rows)
    {
        lock (_gate)
        {
            using (var transaction = _connection.BeginTransaction())
            {
                _insert.Transaction = transaction;
                foreach (var row in rows)
                    Insert(row);
                transaction.Commit();
            }

            Trim();
        }
    }

    /// <summary>Removes all rows.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Execute("DELETE FROM egress");
            Execute("PRAGMA incremental_vacuum");
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private static void CreatePrivately(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }

    private void Insert(EgressRow row)
    {
        _insert.Parameters.Clear();
        Set("$id", row.Id);
        Set("$time", row.Time.ToUnixTimeMilliseconds());
        Set("$sandbox", row.Sandbox);
        Set("$sandbox_id", row.SandboxId);
        Set("$proxy", (int)row.Proxy);
        Set("$host", Cut(row.Host));
        Set("$port", row.Port);
        Set("$method", Cut(row.Method));
        Set("$path", Cut(row.Path));
        Set("$status", row.Status);
        Set("$bytes_sent", row.BytesSent);
        Set("$bytes_received", row.BytesReceived);
        Set("$duration_us", (long)row.Duration.TotalMicroseconds);
        Set("$credential", row.Credential);
        Set("$rule", row.Rule);
        Set("$allowed", row.Allowed ? 1 : 0);
        Set("$reason", Cut(row.Reason));
        _insert.ExecuteNonQuery();
    }

    private void Set(string name, object? value) => _insert.Parameters.AddWithValue(name, value ?? DBNull.Value);

    private static string? Cut(string? text) => text is { Length: > LongestText } ? text[..LongestText] : text;

    private void Trim()
    {
        if (UsedBytes() <= _maximumBytes)
            return;
        Execute("DELETE FROM egress WHERE id <= (SELECT id FROM egress ORDER BY id LIMIT 1 OFFSET (SELECT count(*) / 4 FROM egress))");
        Execute("PRAGMA incremental_vacuum");
    }

    private long UsedBytes() => (Scalar("PRAGMA page_count") - Scalar("PRAGMA freelist_count")) * Scalar("PRAGMA page_size");

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Scalar(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
