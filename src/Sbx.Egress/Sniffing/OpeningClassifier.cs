using System.Buffers;

namespace Sbx.Egress.Sniffing;

/// <summary>Tells from the bytes so far what a connection speaks, or that more are needed.</summary>
internal static class OpeningClassifier
{
    private static readonly byte[][] Methods =
    [
        "GET "u8.ToArray(), "HEAD "u8.ToArray(), "POST "u8.ToArray(), "PUT "u8.ToArray(), "PATCH "u8.ToArray(), "DELETE "u8.ToArray(),
        "OPTIONS "u8.ToArray(), "TRACE "u8.ToArray(), "PROPFIND "u8.ToArray(), "REPORT "u8.ToArray(), "MKCOL "u8.ToArray(),
        "COPY "u8.ToArray(), "MOVE "u8.ToArray(), "LOCK "u8.ToArray(), "UNLOCK "u8.ToArray(), "PROPPATCH "u8.ToArray(), "SEARCH "u8.ToArray(),
        "QUERY "u8.ToArray(),
    ];

    private static readonly byte[] Connect = "CONNECT "u8.ToArray();
    private static readonly byte[] Http2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    /// <summary>Judges the bytes.</summary>
    /// <param name="bytes">All bytes so far.</param>
    /// <param name="opening">The verdict when there is one.</param>
    /// <returns>False when more bytes are needed to tell.</returns>
    public static bool TryClassify(in ReadOnlySequence<byte> bytes, out Opening opening)
    {
        opening = default;
        if (bytes.IsEmpty)
            return false;
        var first = bytes.FirstSpan;
        if (first[0] == 22)
            return TryClassifyTls(bytes, out opening);
        Span<byte> head = stackalloc byte[(int)Math.Min(bytes.Length, Http2.Length)];
        bytes.Slice(0, head.Length).CopyTo(head);
        var undecided = false;
        if (Matches(head, Http2, ref undecided))
            opening = new(OpeningKind.Http2Preface);
        else if (Matches(head, Connect, ref undecided))
            opening = new(OpeningKind.Connect);
        else if (MatchesMethod(head, ref undecided))
            opening = new(OpeningKind.Http);
        else if (!undecided)
            opening = new(OpeningKind.Raw);
        else
            return false;
        return true;
    }

    private static bool TryClassifyTls(in ReadOnlySequence<byte> bytes, out Opening opening)
    {
        opening = new(OpeningKind.Broken);
        // Records add five bytes each, and the smallest record holds one.
        if (bytes.Length > ClientHelloParser.MaximumLength * 2)
            return true;
        var status = ClientHelloParser.TryParse(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray(), out var hello);
        if (status == ClientHelloStatus.Incomplete)
            return false;
        if (status == ClientHelloStatus.Complete)
            opening = new(OpeningKind.Tls, hello);
        return true;
    }

    private static bool MatchesMethod(ReadOnlySpan<byte> head, ref bool undecided)
    {
        foreach (var method in Methods)
        {
            if (Matches(head, method, ref undecided))
                return true;
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<byte> head, ReadOnlySpan<byte> token, ref bool undecided)
    {
        if (head.Length >= token.Length)
            return head.StartsWith(token);
        undecided |= token.StartsWith(head);
        return false;
    }
}
