using Microsoft.Data.Sqlite;

namespace Sbx.Agent.Storage;

/// <summary>A SQLite file: opened when first needed, one connection, used by one caller at a time.</summary>
internal sealed class Database(string path, string schema) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private SqliteConnection? _connection;

    public string FilePath => path;

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object? Value)[] parameters) =>
        UseAsync(command => Task.FromResult(command.ExecuteNonQuery()), sql, parameters, cancel);

    /// <summary>Runs a query and reads each row.</summary>
    public Task<List<T>> QueryAsync<T>(string sql, Func<SqliteDataReader, T> read, CancellationToken cancel, params (string Name, object? Value)[] parameters) =>
        UseAsync(command =>
        {
            var rows = new List<T>();
            using var reader = command.ExecuteReader();
            while (reader.Read()) rows.Add(read(reader));
            return Task.FromResult(rows);
        }, sql, parameters, cancel);

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task<T> UseAsync<T>(Func<SqliteCommand, Task<T>> use, string sql, (string Name, object? Value)[] parameters, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            _connection ??= Open();
            using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // the statements are constants of this program
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            return await use(command).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private SqliteConnection Open()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory) Directory.CreateDirectory(directory);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            // The schema is written so that it can be applied again.
#pragma warning disable CA2100 // the schema is a constant of this program
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; " + schema;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
