using System.Text;

namespace Sbx.Api.Http;

/// <summary>Status line and fields of an HTTP/1.1 response (RFC 9112).</summary>
/// <param name="Status">100 to 599.</param>
/// <param name="Fields">Fields in their order; at most <see cref="MaxFields"/>.</param>
internal sealed record ResponseHead(int Status, IReadOnlyList<HttpField> Fields)
{
    /// <summary>Largest head, in bytes, with the empty line at its end.</summary>
    public const int MaxSize = 16 * 1024;

    /// <summary>Most fields.</summary>
    public const int MaxFields = 64;

    /// <summary>Parses a head that ends with its empty line. Line ends are CR LF; folded lines are refused.</summary>
    /// <exception cref="InvalidDataException">It is not a head.</exception>
    public static ResponseHead Parse(ReadOnlySpan<byte> head)
    {
        var status = ParseStatus(TakeLine(ref head));
        var fields = new List<HttpField>(8);
        while (true)
        {
            var line = TakeLine(ref head);
            if (line.IsEmpty)
                return head.IsEmpty ? new ResponseHead(status, fields) : throw Bad("bytes behind the empty line");
            if (fields.Count == MaxFields)
                throw Bad("too many fields");
            fields.Add(ParseField(line));
        }
    }

    /// <summary>The value of a field; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is there several times.</exception>
    public string? Single(string name)
    {
        string? found = null;
        foreach (var field in Fields)
        {
            if (!field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null)
                throw Bad($"several fields {name}");
            found = field.Value;
        }

        return found;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf("\r\n"u8);
        if (end < 0)
            throw Bad("no end of line");
        var line = rest[..end];
        rest = rest[(end + 2)..];
        return line;
    }

    // "HTTP/1.1 200 OK"; the reason may be empty.
    private static int ParseStatus(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1.1 "u8) || (line.Length > 12 && line[12] != ' ') || !HttpSyntax.IsValue(line))
            throw Bad("no status line");
        var status = 0;
        foreach (var digit in line[9..12])
            status = digit is >= (byte)'0' and <= (byte)'9' ? (status * 10) + digit - '0' : throw Bad("no status");
        return status is >= 100 and <= 599 ? status : throw Bad($"status {status}");
    }

    private static HttpField ParseField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0 || !HttpSyntax.IsToken(line[..colon]) || !HttpSyntax.IsValue(line[(colon + 1)..]))
            throw Bad("a line that is no field");
        return new HttpField(Encoding.ASCII.GetString(line[..colon]), Encoding.ASCII.GetString(line[(colon + 1)..]).Trim(' ', '\t'));
    }

    private static InvalidDataException Bad(string what) => new($"an HTTP answer has {what}");
}
