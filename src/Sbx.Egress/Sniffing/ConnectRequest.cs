using System.Buffers;
using System.Text;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Sniffing;

/// <summary>A CONNECT request (RFC 9110 9.3.6): where the client wants a tunnel to.</summary>
/// <param name="Target">The destination.</param>
/// <param name="UserAgent">The User-Agent header, or null.</param>
internal sealed record ConnectRequest(Authority Target, string? UserAgent)
{
    /// <summary>Largest request head, in bytes.</summary>
    public const int MaximumLength = 16 * 1024;

    /// <summary>
    /// Parses one request head, strictly: CRLF line ends, HTTP/1.0 or 1.1, no folded lines, no body, and a Host header, where there is
    /// one, that names the target.
    /// </summary>
    /// <param name="head">All bytes up to and with the empty line.</param>
    /// <param name="request">The request.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryParse(ReadOnlySpan<byte> head, out ConnectRequest? request, out string? problem)
    {
        request = null;
        problem = "it is not a well-formed request";
        if (head.Length > MaximumLength || !head.EndsWith("\r\n\r\n"u8))
            return false;
        Span<char> text = new char[head.Length];
        if (Ascii.ToUtf16(head, text, out _) != OperationStatus.Done)
            return false;
        text = text[..^4];
        var end = text.IndexOf("\r\n");
        var line = end < 0 ? text : text[..end];
        var headers = end < 0 ? default : text[(end + 2)..];
        if (!line.StartsWith("CONNECT ") || !(line.EndsWith(" HTTP/1.1") || line.EndsWith(" HTTP/1.0")) || line.Length < 18)
            return false;
        if (!Authority.TryParseConnectTarget(line[8..^9], out var target, out problem))
            return false;
        return TryParseHeaders(headers, target, out request, out problem);
    }

    private static bool TryParseHeaders(ReadOnlySpan<char> headers, Authority target, out ConnectRequest? request, out string? problem)
    {
        request = null;
        problem = "it has a malformed header";
        string? userAgent = null;
        var hosts = 0;
        foreach (var range in headers.IsEmpty ? default : headers.Split("\r\n"))
        {
            var line = headers[range];
            var colon = line.IndexOf(':');
            if (colon < 1 || line.ContainsAny('\r', '\n', '\0') || !IsToken(line[..colon]))
                return false;
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim(" \t");
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                if (++hosts > 1 || !Authority.TryParseHostHeader(value, target.Port, out var host, out _) || host != target)
                {
                    problem = "its Host header does not name the target";
                    return false;
                }
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
                || (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !value.SequenceEqual("0")))
            {
                problem = "a CONNECT request has no body";
                return false;
            }
            else if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
                userAgent = value.ToString();
        }

        request = new ConnectRequest(target, userAgent);
        problem = null;
        return true;
    }

    private static bool IsToken(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c))
                return false;
        }

        return true;
    }
}
