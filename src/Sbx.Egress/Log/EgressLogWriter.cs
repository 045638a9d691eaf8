using Microsoft.Data.Sqlite;

namespace Sbx.Egress.Log;

/// <summary>Writes batches of rows and keeps the file within its size. One thread at a time.</summary>
internal sealed class EgressLogWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly EgressLogInsert _insert;
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
            _insert = new EgressLogInsert(_connection);
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
                foreach (var row in rows)
                    _insert.Run(row);
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
