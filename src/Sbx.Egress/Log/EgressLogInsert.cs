using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sbx.Egress.Log;

/// <summary>
/// The statement that writes one row, prepared once and bound by position, which saves looking up seventeen names for every row. One
/// thread at a time.
/// </summary>
internal sealed class EgressLogInsert : IDisposable
{
    // A guest chooses paths and names; a row stays small whatever it sends.
    private const int LongestText = 2048;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">The table is not there.</exception>
    public EgressLogInsert(SqliteConnection connection)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, EgressLogSchema.Insert, out _statement));
    }

    /// <summary>Writes a row, within the transaction that is open.</summary>
    /// <exception cref="SqliteException">It cannot be written.</exception>
    public void Run(EgressRow row)
    {
        Set(1, row.Id);
        Set(2, row.Time.ToUnixTimeMilliseconds());
        Set(3, row.Sandbox);
        Set(4, row.SandboxId);
        Set(5, (int)row.Proxy);
        Set(6, row.Host);
        Set(7, row.Port);
        Set(8, row.Method);
        Set(9, row.Path);
        if (row.Status is { } status)
            Set(10, status);
        else
            Check(raw.sqlite3_bind_null(_statement, 10));
        Set(11, row.BytesSent);
        Set(12, row.BytesReceived);
        Set(13, (long)row.Duration.TotalMicroseconds);
        Set(14, row.Credential);
        Set(15, row.Rule);
        Set(16, row.Allowed ? 1 : 0);
        Set(17, row.Reason);
        var result = raw.sqlite3_step(_statement);
        try
        {
            if (result != raw.SQLITE_DONE)
                Check(result);
        }
        finally
        {
            // Gives the same error once more when the step failed.
            raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private void Set(int place, long value) => Check(raw.sqlite3_bind_int64(_statement, place, value));

    private void Set(int place, string? text) => Check(text is null
        ? raw.sqlite3_bind_null(_statement, place)
        : raw.sqlite3_bind_text(_statement, place, text.Length > LongestText ? text[..LongestText] : text));

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
