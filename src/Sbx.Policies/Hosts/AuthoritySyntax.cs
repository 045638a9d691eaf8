using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sbx.Policies.Hosts;

/// <summary>Strict parsing of authorities that come over the wire: ASCII only, no user information, one port.</summary>
internal static class AuthoritySyntax
{
    private const int MaximumLength = HostName.MaximumLength + 9;

    public static bool TryParse(
        ReadOnlySpan<char> text, int? defaultPort, [NotNullWhen(true)] out Authority? authority, [NotNullWhen(false)] out string? problem)
    {
        authority = null;
        if (text.Length > MaximumLength || !Ascii.IsValid(text))
        {
            problem = text.Length > MaximumLength ? "it is too long" : "it is not ASCII";
            return false;
        }

        ReadOnlySpan<char> hostText, portText;
        if (text.Length > 0 && text[0] == '[')
        {
            var end = text.IndexOf(']');
            if (end < 0 || (end + 1 < text.Length && text[end + 1] != ':'))
            {
                problem = "an IPv6 address stands in brackets, followed by ':' and the port";
                return false;
            }

            hostText = text[..(end + 1)];
            portText = text[(end + 1)..];
        }
        else
        {
            var colon = text.IndexOf(':');
            if (colon >= 0 && text[(colon + 1)..].Contains(':'))
            {
                problem = "an IPv6 address stands in brackets";
                return false;
            }

            hostText = colon < 0 ? text : text[..colon];
            portText = colon < 0 ? [] : text[colon..];
        }

        if (!HostName.TryParse(hostText, out var host, out problem))
            return false;
        int port;
        if (portText.IsEmpty)
        {
            if (defaultPort is null)
            {
                problem = "it has no port";
                return false;
            }

            port = defaultPort.Value;
        }
        else if (!TryParsePort(portText[1..], out port))
        {
            problem = "its port is not a number from 1 to 65535";
            return false;
        }

        authority = new Authority(host, port);
        return true;
    }

    public static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        if (text.Length is 0 or > 5 || text[0] == '0')
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            port = (port * 10) + (c - '0');
        }

        return port is > 0 and <= 65535;
    }

    public static bool TryParseAbsolute(
        string text, [NotNullWhen(true)] out Authority? authority, out string pathAndQuery, out bool isHttps, [NotNullWhen(false)] out string? problem)
    {
        authority = null;
        pathAndQuery = "/";
        isHttps = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            problem = "it is neither http:// nor https://";
            return false;
        }

        var rest = text.AsSpan(isHttps ? 8 : 7);
        var end = rest.IndexOfAny('/', '?', '#');
        var tail = end < 0 ? [] : rest[end..];
        foreach (var c in tail)
        {
            if (c is <= ' ' or >= '\x7f' or '#')
            {
                problem = "its path has a character that must be percent-encoded";
                return false;
            }
        }

        if (!TryParse(end < 0 ? rest : rest[..end], isHttps ? 443 : 80, out authority, out problem))
            return false;
        pathAndQuery = tail.IsEmpty ? "/" : tail[0] == '/' ? tail.ToString() : "/" + tail.ToString();
        return true;
    }

    public static bool TryParseServerName(ReadOnlySpan<char> text, [NotNullWhen(true)] out HostName? host, [NotNullWhen(false)] out string? problem)
    {
        host = null;
        if (!Ascii.IsValid(text))
        {
            problem = "it is not ASCII";
            return false;
        }

        if (!HostName.TryParse(text, out host, out problem))
            return false;
        if (!host.IsAddress)
            return true;
        host = null;
        problem = "a server name is never an address";
        return false;
    }
}
