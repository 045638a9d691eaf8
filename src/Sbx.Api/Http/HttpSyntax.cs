namespace Sbx.Api.Http;

/// <summary>Characters of HTTP fields (RFC 9110, 5.5 and 5.6.2).</summary>
internal static class HttpSyntax
{
    /// <summary>Whether a name is made of token characters and not empty.</summary>
    public static bool IsToken(ReadOnlySpan<byte> name)
    {
        foreach (var b in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && "!#$%&'*+-.^_`|~"u8.IndexOf(b) < 0)
                return false;
        }

        return name.Length > 0;
    }

    /// <summary>Whether a value has no control characters and only ASCII.</summary>
    public static bool IsValue(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (b is not (byte)'\t' and (< 0x20 or > 0x7e))
                return false;
        }

        return true;
    }

    /// <summary>The same for text that is to be sent.</summary>
    public static bool IsValue(string value)
    {
        foreach (var c in value)
        {
            if (c is not '\t' and (< ' ' or > '~'))
                return false;
        }

        return true;
    }
}
