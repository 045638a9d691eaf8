using System.Text;

using Sbx.Secrets.Injection;

namespace Sbx.Secrets.Aws;

/// <summary>The canonical request of Signature Version 4, step 1.</summary>
internal static class AwsCanonicalRequest
{
    // Headers that a proxy or client library may still change, and those that are written anew.
    private static readonly string[] Left =
    [
        "authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "host", "connection", "proxy-connection", "keep-alive", "te", "trailer",
        "transfer-encoding", "upgrade", "proxy-authorization", "user-agent", "expect", "accept-encoding", "cookie", "x-forwarded-for", "via", "content-length",
    ];

    public static string Of(
        SigningRequest request, IReadOnlyList<KeyValuePair<string, string>> written, string payload, bool isS3, out string signedHeaders)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = request.Host };
        foreach (var group in request.Headers.GroupBy(h => h.Key.ToLowerInvariant(), StringComparer.Ordinal))
        {
            // Only what a service may demand to be signed: its own x-amz- headers and the type and digests of the body.
            if (!Left.Contains(group.Key) && (group.Key.StartsWith("x-amz-", StringComparison.Ordinal) || group.Key is "content-type" or "content-md5" or "date" or "range"))
                headers[group.Key] = string.Join(',', group.Select(h => Squeeze(h.Value)));
        }

        foreach (var (name, value) in written)
            headers[name.ToLowerInvariant()] = Squeeze(value);

        signedHeaders = string.Join(';', headers.Keys);
        var question = request.PathAndQuery.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? request.PathAndQuery : request.PathAndQuery[..question];
        var query = question < 0 ? "" : request.PathAndQuery[(question + 1)..];
        var builder = new StringBuilder(request.Method).Append('\n').Append(CanonicalPath(path, isS3)).Append('\n').Append(CanonicalQuery(query)).Append('\n');
        foreach (var (name, value) in headers)
            builder.Append(name).Append(':').Append(value).Append('\n');
        return builder.Append('\n').Append(signedHeaders).Append('\n').Append(payload).ToString();
    }

    // Every service but S3 normalises the path and encodes what is on the wire once more.
    private static string CanonicalPath(string path, bool isS3)
    {
        if (path.Length == 0)
            return "/";
        if (isS3)
            return string.Join('/', path.Split('/').Select(s => Encode(Uri.UnescapeDataString(s))));
        var segments = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment == ".." && segments.Count > 0)
                segments.RemoveAt(segments.Count - 1);
            else if (segment.Length > 0 && segment is not ("." or ".."))
                segments.Add(Encode(segment));
        }

        var joined = "/" + string.Join('/', segments);
        return path[^1] == '/' && joined.Length > 1 ? joined + "/" : joined;
    }

    private static string CanonicalQuery(string query)
    {
        if (query.Length == 0)
            return "";
        var pairs = query.Split('&').Where(p => p.Length > 0).Select(p =>
        {
            var equals = p.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (p, "") : (p[..equals], p[(equals + 1)..]);
            return (Name: Encode(Uri.UnescapeDataString(name)), Value: Encode(Uri.UnescapeDataString(value)));
        });
        return string.Join('&', pairs.OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}"));
    }

    // Uri.EscapeDataString keeps exactly the unreserved characters of RFC 3986, as AWS demands.
    private static string Encode(string text) => Uri.EscapeDataString(text);

    private static string Squeeze(string value)
    {
        var builder = new StringBuilder(value.Length);
        foreach (var c in value.Trim())
        {
            if (c != ' ' || builder.Length == 0 || builder[^1] != ' ')
                builder.Append(c);
        }

        return builder.ToString();
    }
}
