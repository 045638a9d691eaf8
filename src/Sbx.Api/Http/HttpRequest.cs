using System.Text;

namespace Sbx.Api.Http;

/// <summary>A request. It can be sent again as long as nothing of <see cref="Upload"/> was read.</summary>
/// <param name="Method">Method.</param>
/// <param name="Target">Absolute path with query, escaped.</param>
internal sealed record HttpRequest(string Method, string Target)
{
    /// <summary>Body; null: none.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Body of unknown length, or null; read only when the other side asks for it.</summary>
    public Stream? Upload { get; init; }

    /// <summary>Protocol to change to, or null.</summary>
    public string? Upgrade { get; init; }

    /// <summary>The bytes to send first: the head and, when there is one, the body.</summary>
    /// <param name="fields">Further fields.</param>
    /// <exception cref="ArgumentException">Something in it cannot be sent.</exception>
    public byte[] ToBytes(IReadOnlyList<HttpField> fields)
    {
        var body = Content ?? ReadOnlyMemory<byte>.Empty;
        var head = new StringBuilder(256);
        head.Append(Checked(Method)).Append(' ').Append(Checked(Target)).Append(" HTTP/1.1\r\n");
        Add(head, "Host", "sbx");
        Add(head, "Connection", Upgrade is null ? "close" : "Upgrade");
        if (Upgrade is not null)
            Add(head, "Upgrade", Upgrade);
        foreach (var field in fields)
            Add(head, field.Name, field.Value);
        if (Upload is not null)
        {
            Add(head, "Transfer-Encoding", "chunked");
            Add(head, "Expect", "100-continue");
        }
        else if (Content is not null || Method is not "GET")
        {
            if (Content is not null)
                Add(head, "Content-Type", ContentType);
            Add(head, "Content-Length", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        head.Append("\r\n");
        var length = head.Length;
        var bytes = new byte[length + body.Length];
        Encoding.ASCII.GetBytes(head.ToString(), bytes);
        body.Span.CopyTo(bytes.AsSpan(length));
        return bytes;
    }

    private static void Add(StringBuilder head, string name, string value) => head.Append(Checked(name)).Append(": ").Append(Checked(value, spaces: true)).Append("\r\n");

    private static string Checked(string text, bool spaces = false) => HttpSyntax.IsValue(text) && (spaces || (text.Length > 0 && text.IndexOf(' ') < 0 && text.IndexOf('\t') < 0))
        ? text
        : throw new ArgumentException("a request has characters that HTTP does not allow");
}
