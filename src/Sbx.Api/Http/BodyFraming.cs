namespace Sbx.Api.Http;

/// <summary>How the end of a body is known (RFC 9112, 6.3). A body that ends with its connection is refused: its loss would go unseen.</summary>
/// <param name="Chunked">In chunks.</param>
/// <param name="Length">Bytes, when it is not in chunks.</param>
internal sealed record BodyFraming(bool Chunked, long Length)
{
    /// <summary>Framing of the body behind <paramref name="head"/>.</summary>
    /// <exception cref="InvalidDataException">It is not known, or told twice.</exception>
    public static BodyFraming Of(ResponseHead head)
    {
        var (coding, length) = (head.Single("Transfer-Encoding"), head.Single("Content-Length"));
        if (head.Status is 204 or 304)
            return new BodyFraming(false, 0);
        if (coding is not null)
        {
            return length is null && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
                ? new BodyFraming(true, 0)
                : throw new InvalidDataException("an HTTP answer has a transfer encoding besides chunked, or a length with it");
        }

        return new BodyFraming(false, ParseLength(length ?? throw new InvalidDataException("an HTTP answer tells no length")));
    }

    private static long ParseLength(string text)
    {
        if (text.Length is 0 or > 18)
            throw new InvalidDataException("an HTTP answer has a length that is none");
        long length = 0;
        foreach (var c in text)
            length = char.IsAsciiDigit(c) ? (length * 10) + c - '0' : throw new InvalidDataException("an HTTP answer has a length that is none");
        return length;
    }
}
