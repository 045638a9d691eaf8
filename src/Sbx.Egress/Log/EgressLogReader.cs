using Microsoft.Data.Sqlite;

namespace Sbx.Egress.Log;

/// <summary>Reads the log over a connection of its own, beside the writer.</summary>
internal static class EgressLogReader
{
    public static IReadOnlyList<EgressRow> Rows(string path, EgressLogQuery query)
    {
        using var connection = Open(path);
        using var command = Command(connection, $"SELECT * FROM egress {EgressLogSchema.Where} ORDER BY id DESC LIMIT $limit", query);
        command.Parameters.AddWithValue("$limit", query.Limit);
        using var reader = command.ExecuteReader();
        var rows = new List<EgressRow>();
        while (reader.Read())
            rows.Add(Read(reader));
        rows.Reverse();
        return rows;
    }

    public static EgressSummary Summarize(string path, EgressLogQuery query)
    {
        using var connection = Open(path);
        using var command = Command(
            connection,
            $"""
            SELECT sandbox, host, port, proxy, rule, reason, max(time), min(time), count(*), allowed
            FROM egress {EgressLogSchema.Where} GROUP BY sandbox, host, port, proxy, rule, reason, allowed ORDER BY max(time) DESC, max(id) DESC
            """,
            query);
        using var reader = command.ExecuteReader();
        List<EgressHostSummary> blocked = [], allowed = [];
        while (reader.Read())
        {
            var host = new EgressHostSummary(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), (ProxyKind)reader.GetInt32(3), Text(reader, 4), reader.GetString(5),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(6)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7)), reader.GetInt64(8));
            (reader.GetInt32(9) == 0 ? blocked : allowed).Add(host);
        }

        return new EgressSummary(blocked, allowed);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 5 }.ToString());
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, EgressLogQuery query)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$sandbox", (object?)query.Sandbox ?? DBNull.Value);
        command.Parameters.AddWithValue("$since", query.Since is { } since ? since.ToUnixTimeMilliseconds() : DBNull.Value);
        command.Parameters.AddWithValue("$denied", query.DeniedOnly ? 1 : 0);
        return command;
    }

    private static EgressRow Read(SqliteDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        Time = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        Sandbox = reader.GetString(2),
        SandboxId = reader.GetString(3),
        Proxy = (ProxyKind)reader.GetInt32(4),
        Host = reader.GetString(5),
        Port = reader.GetInt32(6),
        Method = Text(reader, 7),
        Path = Text(reader, 8),
        Status = reader.IsDBNull(9) ? null : reader.GetInt32(9),
        BytesSent = reader.GetInt64(10),
        BytesReceived = reader.GetInt64(11),
        Duration = TimeSpan.FromMicroseconds(reader.GetInt64(12)),
        Credential = Text(reader, 13),
        Rule = Text(reader, 14),
        Allowed = reader.GetInt32(15) != 0,
        Reason = reader.GetString(16),
    };

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
